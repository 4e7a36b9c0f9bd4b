"""Segment a scraped page: its article, other articles on it, and lists of headlines."""
