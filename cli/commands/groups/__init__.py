"""Verbs that group articles: copies, stories, outlets."""
