from __future__ import annotations

import pytest

from sada.indexes.tags.elements import ALONE, HIDDEN, Kind, is_caption, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("b", Kind.INLINE), ("span", Kind.INLINE), ("o:p", Kind.INLINE), ("tg-emoji", Kind.INLINE),
        ("img", Kind.SPACE), ("amp-img", Kind.SPACE), ("td", Kind.SPACE),
        ("p", Kind.BLOCK), ("h6", Kind.BLOCK), ("br", Kind.BLOCK), ("figcaption", Kind.BLOCK),
        ("y", None), ("int", None), ("http:", None), ("x-y", None),
    ],
)  # fmt: skip
def test_kinds(name, kind):
    assert kind_of(name) is kind


def test_what_is_listed_is_known():
    assert all(kind_of(name) is not None for name in ALONE | HIDDEN)


@pytest.mark.parametrize(
    ("name", "attributes", "expected"),
    [
        ("figcaption", "", True),
        ("p", ' class="wp-caption-text"', True),
        ("p", ' class="caption"', False),
        ("div", " class='wp-block-embed__wrapper'", True),
    ],
)
def test_captions(name, attributes, expected):
    assert is_caption(name, attributes) is expected
