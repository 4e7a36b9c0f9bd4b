"""The settings of a catalog: of which kind the value of each is.

A digest says that a setting is what someone wrote, and not that Sada did. What is not of its kind is refused where it
is read, so that no code behind it has to doubt it.
"""

from __future__ import annotations

from typing import Any

from sada.indexes.disk.head import MOST as MOST_COMMITS
from sada.indexes.timestamps import FIRST, LAST
from sada.indexes.values.checks import (
    Check,
    either,
    in_order,
    listed,
    mapping,
    number,
    one_of,
    optional,
    record,
    text,
    whole,
)

COUNT = 1 << 62
"""Above every number of an article or of a change; one more than it can be stored, too."""
PLACES = (1 << 32) - 2
"""The highest segment, and position in one: both are packed into 32 bits, and the next one must fit, too."""

NEEDED = ("encoder", "lsh")
"""The settings without which an index cannot be read at all."""
_NAME, _PATH, _LINE = text(200), text(4096), text(1 << 20)
_MOST_COLUMNS = 1 << 16
_PERMUTATIONS = 128
_MOST_SHIFT = 20  # of log-odds
_OPTIONS = mapping(_PATH, 50)
_STAMP = either(
    record({"name": one_of(["none"]), "dimension": whole(0, 0)}),
    record(
        {
            "name": _PATH,
            "dimension": whole(1, _MOST_COLUMNS),
            "revision": _PATH,
            "fingerprint": _PATH,
            "text_rule": _NAME,
        },
        {"options": _OPTIONS, "cuts": _PATH},
    ),
)
_BOILERPLATE_LINE = in_order(
    _LINE, _LINE, one_of(["line", "ending", "run"]), whole(0, COUNT), optional(whole(FIRST, LAST))
)
_KINDS: dict[str, Check] = {
    "minhash": optional(mapping(either(_NAME, whole(0, COUNT)), 20)),
    "lsh": record({"bands": whole(1, _PERMUTATIONS), "rows": whole(1, _PERMUTATIONS), "jaccard": number(1e-9, 1)}),
    "encoder": _STAMP,
    "encoder_spec": optional(_PATH),
    "encoder_languages": optional(listed(_NAME)),
    "encoder_options": _OPTIONS,
    "generation": whole(0, COUNT),
    "commits": whole(0, MOST_COMMITS),
    "lost_commits": whole(0, MOST_COMMITS),
    "last_segment": whole(0, PLACES),
    "stories_generation": optional(in_order(whole(0, COUNT), _NAME)),
    "stories_repaired": optional(
        record(
            {"number": whole(0, COUNT), "segment": whole(0, PLACES), "method": _NAME, "encoder": _STAMP},
            {"shift": number(-_MOST_SHIFT, _MOST_SHIFT)},
        )
    ),
    "furniture": optional(record({"lines": listed(_BOILERPLATE_LINE), "kept": listed(_LINE)})),
}


def fits_its_key(key: str, value: Any) -> bool:
    """Whether the value of a setting is of the kind that Sada writes; any value of a setting that it does not know."""
    known = _KINDS.get(key)
    return _is_digest(value) if key.startswith("digest:") else known is None or known(value)


def is_stamp(value: Any) -> bool:
    """Whether a value is the stamp of an encoder."""
    return _STAMP(value)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 32 and set(value) <= set("0123456789abcdef")
