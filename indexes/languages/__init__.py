"""Languages: which one a text is in, and how its words are usually spelled."""
