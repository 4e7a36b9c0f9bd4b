"""Checked files and the catalog."""
