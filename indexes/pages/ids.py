"""Ids of the articles that were printed on the page of another."""

from __future__ import annotations

READ_ALSO = "#read-also-"
"""Part of such an id, between the id of the page and a number."""
