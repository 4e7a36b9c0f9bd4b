"""Shingles, signatures, bands."""
