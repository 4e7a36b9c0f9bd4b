"""Recommend what to read next."""
