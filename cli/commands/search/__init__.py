"""Verbs that answer about one article."""
