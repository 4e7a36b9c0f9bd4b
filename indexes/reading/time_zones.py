"""Time zones by the names that users give them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sada.indexes.errors import InputError


def find_zone(timezone: str | tzinfo) -> tzinfo:
    """The zone of a name such as ``Asia/Riyadh``, or of an offset such as ``+03:00``; a ``tzinfo`` as it is.

    Raises:
        InputError: if there is no such zone.
    """
    if isinstance(timezone, tzinfo):
        return timezone
    if timezone.upper() in ("UTC", "Z"):
        return UTC
    try:
        if timezone[:1] in ("+", "-"):
            return datetime.strptime(timezone, "%z").tzinfo or UTC
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"no time zone {timezone!r} (write a name such as Asia/Riyadh, or an offset such as +03:00)"
        ) from None
