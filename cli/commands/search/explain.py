"""``sada explain``: show why two articles are, or are not, linked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.output import Output, output_options
from sada.cli.output.bidi import isolated
from sada.cli.output.columns import Column, printable
from sada.cli.output.progress import progress

if TYPE_CHECKING:
    from sada.indexes.article import Article


@click.command(
    "explain",
    short_help="Show why two articles are linked or not",
    epilog=examples(
        "sada explain news.sada a17 a42",
        "sada explain news.sada a17 a42 --format json",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("a")
@click.argument("b")
@output_options
@threads_option
def command(path: str, a: str, b: str, output: Output, threads: int) -> None:
    """Show the evidence for and against articles A and B being copies, or reports of one story.

    Says what would change either verdict, and why their stories differ from it where they do. Of copies, of articles
    that would be copies but for a doubt, and of articles that hold one another, the passages follow that differ: - is
    in A alone, + in B alone. Long passages are shortened; JSON holds all. Stories are brought up to date first.
    """
    from sada.cluster.explanation.explanation import explain
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index:
        with progress("Comparing"):
            explanation = explain(index, a, b)
        articles = index.get([a, b])
    if output.shows_table():
        for line in _lines(explanation.to_dict(), articles):
            click.echo(line)
    else:
        output.write([explanation.to_dict()], [Column("verdict", "Verdict")])


def _lines(row: dict[str, Any], articles: list[Article]) -> Iterator[str]:
    from sada.cluster.stories.views import name_of

    for article in articles:
        yield f"{_shown(article.id)}: {_shown(name_of(article))}"
    yield f"Verdict: {row['verdict']}"
    yield from _copy_lines(row)
    yield from _story_lines(row["story"])
    yield from _text_lines(row)


def _copy_lines(row: dict[str, Any]) -> Iterator[str]:
    copy, a, b = row["copy"], _shown(row["a"]), _shown(row["b"])
    yield ""
    yield f"Copies? Jaccard {copy['jaccard']:.3f}, and {copy['needed']:g} is needed"
    yield f"  {copy['shared']:,} shingles shared of {copy['shingles_a']:,} in {a} and {copy['shingles_b']:,} in {b}"
    if copy["shared"]:
        yield (
            f"  {copy['a_in_b']:.3f} of {a} is in {b}, {copy['b_in_a']:.3f} of {b} in {a};"
            f" {copy['containment_needed']:g} is needed for one to hold the other"
        )
    yield from _sentences(copy["would_change"])


def _story_lines(story: dict[str, Any]) -> Iterator[str]:
    stands = "they are" if story["same"] else "they are not"
    yield ""
    yield f"One story? Probability {story['probability']:.3f}, and {story['needed']:g} is needed; {stands} in one story"
    yield f"  by {printable(story['compared'])}"
    yield from _sentences(story["missing"])
    yield from _sentences(story["reasons"], "    ")
    yield from _sentences(story["would_change"])
    yield from _sentences([story["why"]] if story["why"] else [])


def _text_lines(row: dict[str, Any]) -> Iterator[str]:
    from sada.cluster.explanation.token_diff import MOST_PIECES, lines

    for side, passages in row["left_out"].items():
        if passages:
            yield ""
            yield f"Left out of {_shown(row[side])}, as printed under many articles"
            yield from (f"  {_shown(passage)}" for passage in passages)
    if row["diff"]:
        differing = lines(row["diff"])
        variants = any(step["a"] != step["b"] for step in row["diff"])
        up_to = "" if row["diff_is_whole"] else f", up to word {MOST_PIECES:,}"
        yield ""
        yield (f"What differs{up_to}" if differing else f"Nothing differs{' but spelling' if variants else ''}{up_to}")
        yield from (f"  {sign} {_shown(passage)}" for sign, passage in differing)


def _sentences(sentences: list[str], indent: str = "  ") -> Iterator[str]:
    return (f"{indent}{printable(sentence)}" for sentence in sentences)


def _shown(text: str) -> str:
    return isolated(printable(text))
