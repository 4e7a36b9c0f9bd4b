"""The folder of an index: the names in it, what may stand under them, and what is deleted."""
