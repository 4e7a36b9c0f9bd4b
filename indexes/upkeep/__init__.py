"""Looks after an index as a whole: whether it is as it was written, and copies of it."""
