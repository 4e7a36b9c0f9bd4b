"""Verbs that make, change, describe and check an index."""
