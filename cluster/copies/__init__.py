"""Groups of near-duplicates."""
