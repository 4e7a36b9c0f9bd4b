"""Groups of reports of one event."""
