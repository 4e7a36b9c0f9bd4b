"""What a kind of file is: how it is made of the invented articles, and what must be read from it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reading.stories import STORIES, Story

Content = str | bytes | Mapping[str, str | bytes]
Row = Callable[[Story], Any]

ALL = "title text date source language url"
"""The fields that are compared, for a kind that has them all."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: of the exporter, the service or the format.
        file: the name of the file; that of a folder if ``make`` gives several files.
        make: makes the content of the file, or of the files of a folder, of the articles.
        carries: which fields of the articles the file has.
        variant: how it differs from the usual file of its kind; empty for that one.
        day_only: True if the file has days and no times.
        expected: what must be read for a field, where that is not the field of the article itself.
        options: options of reading, as :func:`sada.indexes.read_articles` names them; those that end in ``_field``
            name a field.
        needs: the package that writes it.
        seen: the address of the documentation that shows this form.
        keep: which of the articles it is made of.
        refused: True if it must be refused in one line that says what to do.
    """

    name: str
    file: str
    make: Callable[[Sequence[Story]], Content]
    carries: str = ALL
    variant: str = ""
    day_only: bool = False
    expected: Mapping[str, Callable[[Story], str]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    needs: str = ""
    seen: str = ""
    keep: Callable[[Story], bool] | None = None
    refused: bool = False

    @property
    def stories(self) -> list[Story]:
        """The articles in the file."""
        return [story for story in STORIES if self.keep is None or self.keep(story)]

    @property
    def can_be_made(self) -> bool:
        """True if the package that writes it is installed."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None

    @property
    def label(self) -> str:
        """Its name, with the variant."""
        return f"{self.name}, {self.variant}" if self.variant else self.name


def lines(row: Row) -> Callable[[Sequence[Story]], str]:
    """Make JSON Lines, a row for each article."""
    return lambda stories: "".join(dumped(row(story)) + "\n" for story in stories)


def array(row: Row, indent: int | None = None) -> Callable[[Sequence[Story]], str]:
    """Make a JSON array of rows."""
    return lambda stories: dumped([row(story) for story in stories], indent)


def inside(wrap: Callable[[list[Any]], Any], row: Row, indent: int | None = 2) -> Callable[[Sequence[Story]], str]:
    """Make a JSON document with the list of rows in it."""
    return lambda stories: dumped(wrap([row(story) for story in stories]), indent)


def dumped(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON with letters of all scripts."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def of_host(story: Story) -> str:
    """The host, where a file has no name of the outlet."""
    return story.host


def of_lead(story: Story) -> str:
    """The first paragraph, where a file has no more of the text."""
    return story.lead
