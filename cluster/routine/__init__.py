"""Routine: stories that are issues of a series, as a weather report or a royal audience."""
