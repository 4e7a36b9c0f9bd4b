"""Verbs that start from single articles, texts or pages: search, recommend, explain, take apart."""
