"""Nearest articles by meaning, words and copy."""
