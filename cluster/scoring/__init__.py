"""Pairs of reports of one event."""
