"""Why two articles are linked."""
