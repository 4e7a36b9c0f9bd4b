"""Real news pages with known title, date and text: the test fixtures of two public extractors.

``FOLDER`` holds checkouts of https://github.com/flairNLP/fundus as ``fundus`` and of
https://github.com/AndyTheFactory/newspaper4k as ``newspaper4k``. Nothing of them is part of this project.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sada.indexes.languages.language_id import identify

_FUNDUS = "fundus/tests/resources/parser/test_data"
_NEWSPAPER = "newspaper4k/tests/data"
_LEAST_TEXT = 200
_ABOUT_VIDEOS = ("video_article_01", "cleveland.com1")  # one page twice, and its text is that of a video


@dataclass(frozen=True, slots=True)
class Fixture:
    """A page and what is known of it.

    Args:
        name: the outlet, or the name of the file.
        language: of the text, as identified.
        html: the page.
        title: empty if it is not known.
        published: None if it is not known; without an offset as its fixture gives it.
        text: the paragraphs of the article.
    """

    name: str
    language: str
    html: str
    title: str
    published: datetime | None
    text: str


def fixtures(folder: Path) -> list[Fixture]:
    """All fixtures with a text, one a language in turn, so that any first part of them has as many languages."""
    by_language: dict[str, list[Fixture]] = defaultdict(list)
    for found in (*_newspaper(folder / _NEWSPAPER), *_fundus(folder / _FUNDUS)):
        if len(found.text) >= _LEAST_TEXT:
            by_language[found.language].append(found)
    turns = [(turn, language) for language, some in by_language.items() for turn in range(len(some))]
    return [by_language[language][turn] for turn, language in sorted(turns)]


def _fundus(folder: Path) -> Iterator[Fixture]:
    """The newest page of each outlet."""
    for truth in sorted(folder.glob("*/*.json")):
        pages = sorted(truth.parent.glob(f"{truth.stem}_[0-9]*.html.gz"))
        version = list(json.loads(truth.read_text("utf-8")).values())[-1]
        if pages and version.get("body"):
            html = gzip.decompress(pages[-1].read_bytes()).decode("utf-8", "replace")
            yield _fixture(truth.stem, html, version["title"], version.get("publishing_date"), _body(version["body"]))


def _body(body: dict[str, Any]) -> str:
    sections = ((*one["headline"], *one["paragraphs"]) for one in body["sections"])
    return "\n\n".join([*body["summary"], *(line for section in sections for line in section)])


def _newspaper(folder: Path) -> Iterator[Fixture]:
    for truth in sorted((folder / "metadata").glob("*.json")):
        page, text = folder / "html" / f"{truth.stem}.html", folder / "txt" / f"{truth.stem}.txt"
        if truth.stem not in _ABOUT_VIDEOS and page.exists() and text.exists():
            known = json.loads(truth.read_text("utf-8"))
            html = page.read_text("utf-8", "replace")
            yield _fixture(truth.stem, html, known["title"], known["publish_date"], text.read_text("utf-8"))


def _fixture(name: str, html: str, title: str, published: str | None, text: str) -> Fixture:
    time = datetime.fromisoformat(published) if published else None
    return Fixture(name, identify([f"{title}\n{text}"])[0][0], html, title or "", time, text)
