"""Texts split into subwords."""
