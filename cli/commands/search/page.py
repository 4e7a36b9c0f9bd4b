"""``sada page``: split scraped pages into their parts and show these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from sada.cli.options.common import examples
from sada.cli.options.input import encoding_option, expanded_limit_option, markers_option, row_limit_option
from sada.cli.options.output import Output, output_options
from sada.cli.output.bidi import isolated
from sada.cli.output.columns import Column, printable
from sada.cli.output.rows import write_lines

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex
    from sada.indexes.pages.segmentation import Page


@click.command(
    "page",
    short_help="Split scraped pages into parts and show these",
    epilog=examples(
        "sada page scraped.txt",
        "sada page pages/ --index news.sada --format jsonl",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--index", "path", metavar="INDEX", help="Add the ids of the articles of INDEX that have a listed title.")
@markers_option
@encoding_option
@expanded_limit_option
@row_limit_option
@output_options
def command(
    files: tuple[str, ...],
    path: str | None,
    markers: str | None,
    encoding: str | None,
    expanded_limit: float,
    row_limit: float,
    output: Output,
) -> None:
    """Show what is on the scraped pages in FILE: the article, others printed with it, and lists of headlines.

    FILE is text or HTML, a folder of these, or - for standard input.
    """
    from sada.indexes.index import NewsIndex
    from sada.indexes.pages.marker_files import load_markers
    from sada.indexes.reading.page_files import read_pages

    with ExitStack() as stack:
        index = stack.enter_context(NewsIndex.open(path)) if path is not None else None
        limits = {"expanded_limit": expanded_limit, "row_limit": row_limit}
        pages = read_pages(files, markers=load_markers(markers), encoding=encoding, **limits)
        rows = _rows(pages, index)
        if output.shows_table():
            shown = islice(rows, output.limit)
            write_lines((f"{line}\n".encode() for row in shown for line in _blocks(row)), output.path)
        else:
            output.write(rows, [Column("page", "Page"), Column("title", "Title")])


def _rows(pages: Iterable[tuple[str, Page]], index: NewsIndex | None) -> Iterator[dict[str, Any]]:
    from sada.indexes.handle.linked_titles import linked_titles

    for name, page in pages:
        row = {"page": name, **page.to_dict()}
        if index is not None:
            listed = [*(other.title for other in page.read_also), *page.inline, *page.similar]
            row["ids"] = linked_titles(index, listed)
        yield row


def _blocks(row: dict[str, Any]) -> Iterator[str]:
    """The lines of a page for people: each part under its name, headlines with the ids of their articles."""
    ids: dict[str, str] = row.get("ids", {})

    def block(name: str, texts: Sequence[str], mark: str = "") -> Iterator[str]:
        if texts:
            yield ""
            yield name
        for text in texts:
            known = f"  ({printable(ids[text])})" if mark and text in ids else ""
            yield f"  {mark}{isolated(printable(text))}{known}"

    yield isolated(printable(row["page"]))
    yield from block("Title (the first sentence)" if row["title_derived"] else "Title", _lines(row["title"]))
    yield from block("Text", _lines(row["text"]))
    for name in ("Published", "Language", "URL", "Source"):
        yield from block(name, _lines(row[name.lower()]))
    yield from block("Keywords", row["keywords"], "- ")
    for other in row["read_also"]:
        yield from block("Read also", [other["title"]], "- ")
        yield from (f"  {isolated(printable(line))}" for line in _lines(f"{other['dateline']}\n{other['text']}"))
        yield from block("Its source", _lines(other["source"]))
    yield from block("Headlines in the texts", row["inline"], "- ")
    yield from block("Similar articles", row["similar"], "- ")
    yield from block("Other", row["other"], "- ")
    yield ""


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
