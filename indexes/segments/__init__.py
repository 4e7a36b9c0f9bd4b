"""Arrays of articles, searched and merged."""
