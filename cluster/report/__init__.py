"""Collect the data of a report page about an index."""
