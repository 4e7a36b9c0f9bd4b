"""Explain why two articles are linked, or are not."""
