"""What a page about an index tells."""
