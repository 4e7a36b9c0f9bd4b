"""Score pairs of articles: how likely both report the same event."""
