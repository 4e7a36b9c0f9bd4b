"""Score groupings against labels."""
