"""What a page answers about the lines below one, against a plain search down to its end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.pages.context import Context
from sada.indexes.pages.lines import is_prose, lines_of
from sada.indexes.pages.marker_files import load_markers

from .lines import FIRST, SECOND

KINDS = st.lists(
    st.sampled_from(
        [FIRST, SECOND, "A headline", "Read also:", "Source: Coast Wire", "Tags: sea, port", "Read more", ""]
    ),
    max_size=12,
)


def read_down(page, start):
    """Whether a paragraph comes before a marker that ends an article."""
    for at in range(start, len(page)):
        if page.marks[at] is None and is_prose(page.text(at)):
            return True
        if page.marks[at] is not None and page.marks[at].kind in (
            "source",
            "keywords",
            "similar",
            "latest",
            "read_also",
        ):
            return False
    return False


@given(KINDS)
def test_what_follows_a_line(written):
    lines = lines_of("\n".join(written))
    page = Context(lines, [load_markers().find(line.text) for line in lines])
    for start in range(len(page) + 1):
        below = page.marks[start:]
        assert page.text_follows(start) is read_down(page, start)
        assert page.ends_later(start) is any(mark and mark.kind in ("source", "keywords") for mark in below)
        paragraph = next((line.text for line in lines[start:] if is_prose(line.text)), "")
        assert page.is_covered(paragraph, start, [], on_a_line=True) is (paragraph != "")
