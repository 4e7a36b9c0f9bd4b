"""A stamp changes with all that machine code is made of, and with nothing else."""

from __future__ import annotations

from types import FunctionType, ModuleType

import numpy as np
import pytest
from numba import njit

from sada.indexes.compilation.stamp import stamp


def made(body: str = "return value + LIMIT", **reads: object) -> FunctionType:
    names: dict[str, object] = {"LIMIT": 1, "np": np} | reads
    exec(f"def function(value):\n    {body}", names)
    function = names["function"]
    assert isinstance(function, FunctionType)
    return function


def module(**values: object) -> ModuleType:
    found = ModuleType("other")
    vars(found).update(values)
    return found


PLAIN = stamp(made())


def test_it_is_the_same_for_the_same():
    assert stamp(made()) == PLAIN == stamp(made(unread=5))
    one, two = (made(f"{doc!r}\n    return value + LIMIT") for doc in ("A docstring.", "Another."))
    assert stamp(one) == stamp(two)


@pytest.mark.parametrize(
    "other",
    [
        made("return value - LIMIT"),
        made("return value + LIMIT + 1"),
        made(LIMIT=2),
        made(LIMIT=1.0),
        made(LIMIT=np.uint64(1)),
        made(LIMIT=np.int64(1)),
        made(LIMIT=True),
        made(LIMIT=(1, 2)),
        made(LIMIT=np.arange(2)),
        made(LIMIT=np.arange(3)),
        made("return other.LIMIT + value", other=module(LIMIT=1)),
        made("return other.LIMIT + value", other=module(LIMIT=2)),
        made("return np.sort(value) + LIMIT"),
        made("return np.argsort(value) + LIMIT"),
        made("return called(value)", called=njit(made())),
        made("return called(value)", called=njit(made(LIMIT=2))),
    ],
)
def test_it_changes_with_what_is_read(other):
    assert stamp(other) != PLAIN
    others = test_it_changes_with_what_is_read.pytestmark[0].args[1]
    assert [stamp(one) for one in others].count(stamp(other)) == 1


def test_the_order_of_a_set_does_not_count():
    one, two = frozenset([8, 0]), frozenset([0, 8])
    assert list(one) != list(two)
    assert stamp(made(LIMIT=one)) == stamp(made(LIMIT=two)) != stamp(made(LIMIT=frozenset([0, 9])))


def test_a_value_that_no_text_tells_is_refused():
    with pytest.raises(TypeError, match="differs from process to process"):
        stamp(made(LIMIT=object()))
