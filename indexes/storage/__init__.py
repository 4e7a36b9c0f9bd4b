"""Storage: checksummed array files and the catalog of an index."""
