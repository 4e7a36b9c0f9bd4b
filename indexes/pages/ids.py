"""Ids of the articles that were printed on the page of another."""

from __future__ import annotations

READ_ALSO = "#read-also-"
"""Stands in an id behind that of the page, and before a number."""
