"""Types of options that click does not have, and checks of their values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import click

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class DateParam(click.ParamType):
    """A time, written in any way that dates of articles may be.

    Args:
        timezone: the zone of values without an offset.
        whole_day: if True, a date without a time means the end of that day, as an exclusive bound: ``2024-07-31`` is
            then midnight after the 31st.
    """

    name = "date"

    def __init__(self, timezone: tzinfo = UTC, *, whole_day: bool = False) -> None:
        self.timezone = timezone
        self.whole_day = whole_day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """``value`` as a time in UTC; a usage error if it is not one."""
        from sada.indexes.text.dates import parse_date

        try:
            time = parse_date(value, self.timezone)
        except ValueError:
            time = None
        if time is None:
            self.fail(f"{value!r} is no date; write 2024-07-31 or 2024-07-31T18:00+03:00", param, ctx)
        if self.whole_day and _is_date_alone(value):
            return time + min(timedelta(days=1), _END_OF_TIME - time)
        return time


class LastTimeParam(DateParam):
    """A time that itself still counts: a date without a time is the last microsecond of that day."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """``value`` as a time in UTC; a usage error if it is not one."""
        time = super().convert(value, param, ctx)
        end = DateParam(self.timezone, whole_day=True).convert(value, param, ctx)
        return time if end == time else end - datetime.resolution


def not_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """``value``, the path of a new index, which must not be empty."""
    if value == "":
        raise click.BadParameter("the name is empty; say where the index goes", ctx, param)
    return value


def writable(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Check that a file can be made at ``value``, so that hours of work do not end in a typing mistake.

    None and ``-`` are standard output; both give None.
    """
    from sada.indexes.storage.catalog import is_index

    if value in (None, "-"):
        return None
    path = Path(str(value))
    if path.is_dir():
        raise click.BadParameter(f"{value} is a folder; name a file in it", ctx, param)
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}; make it first", ctx, param)
    for folder in path.resolve().parents:
        if is_index(folder):
            raise click.BadParameter(f"{value} is inside the index {folder}; name a file outside it", ctx, param)
    return value


def _is_date_alone(value: Any) -> bool:
    """True for a date without a time: the value can be parsed with a time added."""
    from sada.indexes.text.dates import parse_date

    try:
        return isinstance(value, str) and parse_date(f"{value.strip()}T00:00") is not None
    except ValueError:
        return False
