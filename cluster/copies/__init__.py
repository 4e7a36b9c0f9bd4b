"""Find groups of copies: exact duplicates and near-duplicates."""
