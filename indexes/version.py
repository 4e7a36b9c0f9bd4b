"""The version of the installed distribution."""

from __future__ import annotations

from sada.indexes import distribution

__version__ = distribution.version()
