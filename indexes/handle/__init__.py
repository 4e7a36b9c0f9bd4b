"""One open index."""
