"""Read a file of a kind, in Python and by the command, and count what was read right."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from reading.kind import Content, Kind
from reading.stories import Story
from sada.cli.main import main as command
from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.errors import SadaError
from sada.indexes.reading.fields import FieldMap

_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
"""Tags stay in a text, but its words are compared."""
_SUM = re.compile(r"([\d,]+) dropped, ([\d,]+) kept")


def write(folder: Path, kind: Kind) -> Path:
    """Make the file of a kind in ``folder``; returns its path."""
    path = folder / kind.file
    content: Content = kind.make(kind.stories)
    files = {"": content} if isinstance(content, str | bytes) else content
    for name, data in files.items():
        file = path / name if name else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def score(folder: Path, kind: Kind) -> dict[str, Any]:
    """Make a file of a kind, read it, and count the articles and the fields that are right."""
    path, stories = write(folder, kind), kind.stories
    problems: list[str] = []
    try:
        articles = list(
            read_articles(
                path, **_options(kind), on_problem=lambda problem: problems.append(f"{problem.kind}: {problem}")
            )
        )
    except (SadaError, ValueError, TypeError) as error:
        articles = []
        problems.append(f"error: {error}")
    code, said = _by_command(path, kind)
    right = {} if kind.refused else count_right(kind, stories, articles)
    return {
        "kind": kind.label,
        "of": 0 if kind.refused else len(stories),
        "read": len(articles),
        **right,
        "right": _is_right(kind, right, len(articles), code, said),
        "command": {"exit": code, "read": _count_read(said), "says": said[-1] if said else ""},
        "notes": [problem.replace(f"{folder}/", "") for problem in problems[:3]],
        "seen": kind.seen,
    }


def count_right(kind: Kind, stories: Sequence[Story], articles: Sequence[Article]) -> dict[str, int]:
    """How many stories have each field right in the article that was read of them."""
    pairs = list(_paired(stories, articles))
    return {
        name: sum(_value(kind, name, article) == _expected(kind, name, story) for story, article in pairs)
        for name in kind.carries.split()
    }


def _is_right(kind: Kind, right: dict[str, int], read: int, code: int, said: Sequence[str]) -> bool:
    if kind.refused:
        return code == 2 and read == 0 and kind.file in said[-1]
    stories = len(kind.stories)
    return code == 0 and _count_read(said) == read == stories and all(count == stories for count in right.values())


def _paired(stories: Sequence[Story], articles: Sequence[Article]) -> Iterable[tuple[Story, Article]]:
    """Each article with the story that has its title, its text or its address; else those in the same place."""
    titles = {story.title for story in stories}
    if len(stories) == len(articles) and not any(article.title in titles for article in articles):
        return zip(stories, articles, strict=True)
    found: dict[int, Article] = {}
    for article in articles:
        story = next((one for one in stories if _is_of(article, one) and one.number not in found), None)
        if story is not None:
            found[story.number] = article
    return [(story, found[story.number]) for story in stories if story.number in found]


def _is_of(article: Article, story: Story) -> bool:
    title, text = _plain(article.title), _plain(article.text)
    return title == story.title or story.url == article.url or _plain(story.lead) in text or story.title in title


def _value(kind: Kind, field: str, article: Article) -> str:
    if field == "date":
        return "" if article.published is None else _time(article.published.isoformat(), kind.day_only)
    value = str(getattr(article, field))
    return _plain(html.unescape(_TAG.sub(" ", value)) if field == "text" else value)


def _expected(kind: Kind, field: str, story: Story) -> str:
    given = kind.expected.get(field)
    if field == "date":
        return _time(given(story) if given else story.date.isoformat(), kind.day_only)
    return _plain(given(story) if given else str(getattr(story, field)))


def _time(iso: str, day_only: bool) -> str:
    return iso[:10] if day_only else iso[:16]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _options(kind: Kind) -> dict[str, Any]:
    named = {name: value for name, value in kind.options.items() if name.endswith("_field")}
    options = {name: value for name, value in kind.options.items() if name not in named}
    fields = FieldMap(**{name.removesuffix("_field"): value for name, value in named.items()})
    return {"fields": fields, "pages": False, **options}


def _by_command(path: Path, kind: Kind) -> tuple[int, list[str]]:
    """Run ``sada dedup`` on the file; returns its exit code and what it says on standard error."""
    arguments = ["dedup", str(path), "-o", str(path.parent / "kept.jsonl")]
    for name, value in kind.options.items():
        option = f"--{name.replace('_', '-')}"
        arguments += [option] if value is True else [option, str(value)]
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        code = command(arguments)
    return code, [line.replace(f"{path.parent}/", "") for line in said.getvalue().splitlines() if line.strip()]


def _count_read(said: Sequence[str]) -> int:
    match = _SUM.search(said[-1]) if said else None
    return sum(int(count.replace(",", "")) for count in match.groups()) if match else 0
