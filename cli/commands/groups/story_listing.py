"""What ``sada stories`` lists: which stories or threads, in which order and columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sada.cli.output.columns import Column
from sada.cli.output.progress import note
from sada.cli.output.shared_columns import USUAL, WIDE, day

if TYPE_CHECKING:
    from sada.cluster.routine.routine import Routine
    from sada.cluster.stories.story import Story
    from sada.cluster.threads.threads import Thread

_Listed = TypeVar("_Listed", "Story", "Thread")

_ABOUT = [
    Column("headline", "Headline", max_width=70),
    Column(lambda row: " ".join(row["languages"]), "Languages", max_width=11, from_width=USUAL),
    Column(lambda row: row["keywords"][:3], "Keywords", max_width=22, from_width=WIDE),
    day("first", "First"),
]
COLUMNS = [
    Column("story", "Story", style="dim", wrap=False),
    Column("size", "Size", justify="right"),
    Column("copies", "Copies", justify="right"),
    *_ABOUT,
]
THREAD_COLUMNS = [
    Column("thread", "Thread", style="dim", wrap=False),
    Column("size", "Size", justify="right"),
    Column(lambda row: len(row["stories"]), "Stories", justify="right"),
    *_ABOUT,
    day("last", "Last"),
]
GROWTH = Column("growth", "+24 h", justify="right", from_width=USUAL)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which stories or threads are listed.

    Attributes:
        least: of so many articles or more.
        passing: with one of these articles; None for any.
        without_languages, without_sources: without an article in these languages, or of these outlets (casefolded).
    """

    least: int
    passing: Collection[str] | None
    without_languages: Collection[str]
    without_sources: Collection[str]

    def of(self, found: Iterable[_Listed]) -> list[_Listed]:
        """Return those that are listed."""
        return [
            one
            for one in found
            if one.size >= self.least
            and (self.passing is None or any(id_ in self.passing for id_ in one.articles))
            and not any(language in self.without_languages for language in one.languages)
            and not any(source.casefold() in self.without_sources for source in one.sources)
        ]


def news_of(stories: Sequence[Story], series: Routine) -> list[Story]:
    """Return the stories that are news, and tell how many are not."""
    news = [story for story in stories if story.id not in series]
    left = len(stories) - len(news)
    if left:
        told = "one routine story" if left == 1 else f"{left:,} routine stories"
        note(f"note: {told} not listed; --routine lists what is an issue of a series, too")
    return news


def in_order(listed: list[_Listed], by: str) -> list[_Listed]:
    """Sort stories or threads; equal ones stay as they were, the largest first."""
    if by == "size":
        return listed
    if by == "growth":
        return sorted(listed, key=lambda one: one.growth, reverse=True)
    return sorted(listed, key=lambda one: one.last.timestamp() if one.last else float("-inf"), reverse=True)
