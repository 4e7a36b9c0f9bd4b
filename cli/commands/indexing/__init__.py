"""Verbs that make, change and check an index."""
