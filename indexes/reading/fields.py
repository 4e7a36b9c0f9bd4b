"""Map rows with any field names to articles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from sada.indexes.article import Article, dump_json, encodable
from sada.indexes.reading.batches import CopyFields
from sada.indexes.reading.values import as_id, as_keywords, as_label, as_language, as_text, is_empty, unescape
from sada.indexes.text.news_dates import NewsDates, NotedBeforeError
from sada.indexes.timestamps import UNDATED, or_undated

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid", "_id"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "article"),
    "date": ("date", "published", "pubdate", "published_at", "date_extracted"),
    "url": ("url", "link"),
    "source": ("source", "publisher", "outlet"),
    "language": ("lang", "language"),
    "keywords": ("keywords", "tags"),
}
"""The known names of each field, in order of preference; letter case does not matter."""

_as_url = partial(as_label, "url")
_as_source = partial(as_label, "source")
_MOST_PLANS = 4096
_MOST_DATES = 4096
_MOST_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The names of an article's fields in an input.

    >>> fields = FieldMap(title="head", text="content")  # for read_articles(..., fields=fields)
    >>> fields.named()
    {'title': 'head', 'text': 'content'}

    A name that is set is used alone, in exactly this spelling. A field left at ``None`` is found by its
    :data:`KNOWN_NAMES`; the first of these that is not empty in a row counts.
    """

    id: str | None = None
    title: str | None = None
    text: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    keywords: str | None = None

    def named(self) -> dict[str, str]:
        """The fields with a name that is set, and that name."""
        return {field: name for field in KNOWN_NAMES if (name := getattr(self, field)) is not None}

    def keys(self, field: str, names: Iterable[str]) -> tuple[str, ...]:
        """Those of a row's ``names`` that hold ``field``, best first."""
        own = getattr(self, field)
        names = list(names)
        if own is not None:
            return (own,) if own in names else ()
        taken = set(self.named().values())
        free = [name for name in names if name not in taken]
        return tuple(name for known in KNOWN_NAMES[field] for name in free if name.strip().lower() == known)


class _Plan(NamedTuple):
    """Under which names each field is, for rows that have the same names."""

    id: tuple[str, ...]
    title: tuple[str, ...]
    text: tuple[str, ...]
    date: tuple[str, ...]
    url: tuple[str, ...]
    source: tuple[str, ...]
    language: tuple[str, ...]
    keywords: tuple[str, ...]
    rest: tuple[str, ...]
    copy_fields: _CopyFieldsPlan | None


class _CopyFieldsPlan(NamedTuple):
    """The one name of each field that finding copies needs; ``None`` for a field that rows do not have."""

    id: str
    title: str | None
    text: str | None
    date: str | None
    source: str | None

    @classmethod
    def of(cls, plan: _Plan) -> _CopyFieldsPlan | None:
        """Make it from a plan; None if rows have no id, or two names for a field."""
        groups = (plan.id, plan.title, plan.text, plan.date, plan.source)
        if not plan.id or any(len(group) > 1 for group in groups):
            return None
        return cls._make(group[0] if group else None for group in groups)


class RowMapper:
    """Make articles from rows, and give an id to those that have none.

    Args:
        fields: the names that the user set.
        dates: reads dates; None reads them in UTC, and refuses those with two readings.
        unescape_html: replace HTML's character references in title and text, see
            :func:`sada.indexes.reading.values.unescape`; for rows whose text was never read as HTML.
    """

    def __init__(
        self, fields: FieldMap | None = None, dates: NewsDates | None = None, *, unescape_html: bool = True
    ) -> None:
        self._unescape = unescape if unescape_html else str
        self._fields = fields or FieldMap()
        self._dates = dates or NewsDates()
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._micros_of: dict[str | None, int] = {None: UNDATED}
        self._given: dict[str, int] = {}
        self._names: dict[str, None] = {}
        self.unseen = self._fields.named()
        """The fields with a name that the user set and no row has had so far, and that name."""

    def article(self, row: Mapping[str, Any], notes: list[str], default_id: str = "") -> Article:
        """Make an article from ``row``.

        Args:
            row: values by name, as they come out of JSON.
            notes: gets a line for each field that was not understood; its value is kept in ``extra``.
            default_id: the id of an article that has none; without it one is made, see :func:`make_id`.

        Raises:
            ArticleError: if the title or the text is not text.
        """
        plan = self._plan(row)
        extra = {name: row[name] for name in plan.rest}
        title = as_text("title", _pick(row, plan.title, extra)[1])
        text = as_text("text", _pick(row, plan.text, extra)[1])
        date = _pick(row, plan.date, extra)
        url = _understood(_as_url, _pick(row, plan.url, extra), extra, notes) or ""
        source = _understood(_as_source, _pick(row, plan.source, extra), extra, notes) or ""
        given = _understood(as_id, _pick(row, plan.id, extra), extra, notes)
        return Article(
            id=given or self._claim(default_id or make_id(url, source, date[1], title, text)),
            title=self._unescape(title),
            text=self._unescape(text),
            url=url,
            source=source,
            published=_understood(self._dates.read, date, extra, notes),
            language=_understood(as_language, _pick(row, plan.language, extra), extra, notes) or "",
            keywords=_understood(as_keywords, _pick(row, plan.keywords, extra), extra, notes) or (),
            extra=extra,
        )

    def copy_fields(self, row: Mapping[str, Any]) -> CopyFields | None:
        """The fields that finding copies needs, as :meth:`article` reads them, in a tenth of the time.

        ``None`` for a row that is not ordinary: with no id or several, with neither title nor text, with a value that
        is not text, or with a date that is not understood.
        """
        plan = self._plan(row).copy_fields
        if plan is None:
            return None
        get: Callable[..., Any] = row.get  # also for None, the name of a field that rows do not have
        id_, title, text, source = get(plan.id), get(plan.title, ""), get(plan.text, ""), get(plan.source, "")
        if not (type(id_) is type(title) is type(text) is type(source) is str):
            return None
        id_ = id_.strip()
        if not id_ or not ((text and not text.isspace()) or (title and not title.isspace())):
            return None
        published = self._published(get(plan.date))
        if published is None:
            return None
        try:
            body = f"{self._unescape(title)}\n{self._unescape(text)}".encode("utf-16-le")
            return CopyFields(encodable(id_), encodable(source.strip()), published, body)
        except UnicodeEncodeError:  # a lone surrogate
            return None

    def _published(self, date: Any) -> int | None:
        """A date in microseconds, ``UNDATED`` for no date; None for one that is not text or not understood."""
        if type(date) is not str and date is not None:
            return None
        known = self._micros_of.get(date)
        if known is not None:
            return known
        try:
            micros = self._dates.micros(date)
        except ValueError:
            return None
        if len(self._micros_of) >= _MOST_DATES:
            self._micros_of = {None: UNDATED}
        found = self._micros_of[date] = or_undated(micros)
        return found

    def has_content(self, names: Iterable[str]) -> bool:
        """True if one of ``names`` is a name of the title or the text."""
        names = list(names)
        return bool(self._fields.keys("title", names) or self._fields.keys("text", names))

    def has_text(self, row: Mapping[str, Any]) -> bool:
        """True if the row has a text of its own, so that it is an article and not a list of articles."""
        return any(isinstance(row[key], str) and not is_empty(row[key]) for key in self._fields.keys("text", row))

    def meet(self, names: Iterable[str]) -> bool:
        """Take note of the names of the rows that follow; true if one is a name of the title or the text."""
        plan = self._plan(dict.fromkeys(names))
        return bool(plan.title or plan.text)

    def for_documents(self) -> RowMapper:
        """A mapper that reads dates in the same way, for rows made from documents.

        The names that the user set do not apply to these. The text of a page is unescaped already, and plain text is
        not HTML.
        """
        return RowMapper(dates=self._dates, unescape_html=False)

    def names_seen(self) -> str:
        """The first names that were seen in rows, for a message; empty without rows."""
        shown = ", ".join(list(self._names)[:_MOST_NAMES_SHOWN])
        return f"{shown}, …" if len(self._names) > _MOST_NAMES_SHOWN else shown

    def _claim(self, generated: str) -> str:
        """``generated``, with ``-2``, ``-3`` and so on behind it from the second use on, so that copies stay apart."""
        count = self._given[generated] = self._given.get(generated, 0) + 1
        return generated if count == 1 else f"{generated}-{count}"

    def _plan(self, row: Mapping[str, Any]) -> _Plan:
        names = tuple(row)
        plan = self._plans.get(names)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[names] = self._make_plan(names)
        return plan

    def _make_plan(self, names: tuple[str, ...]) -> _Plan:
        self.unseen = {field: name for field, name in self.unseen.items() if name not in names}
        if len(self._names) <= _MOST_NAMES_SHOWN:
            self._names.update(dict.fromkeys(names))
        keys = [self._fields.keys(field, names) for field in KNOWN_NAMES]
        used = {name for group in keys for name in group}
        plan = _Plan._make([*keys, tuple(name for name in names if name not in used), None])
        return plan._replace(copy_fields=_CopyFieldsPlan.of(plan))


def make_id(url: str, source: str, date: Any, title: str, text: str) -> str:
    """Make an id from the content of an article, so that it does not depend on its position in a file.

    ``u`` and 16 hex digits of BLAKE2b of the url, or without one ``h`` and those of source, date, title and text,
    each as given.
    """
    if url:
        return "u" + hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    given = ["" if is_empty(date) else str(date), title, text]
    return "h" + hashlib.blake2b(dump_json([source, *given]), digest_size=8).hexdigest()


def _pick(row: Mapping[str, Any], keys: tuple[str, ...], extra: dict[str, Any]) -> tuple[str, Any]:
    """The first of ``keys`` whose value is not empty, and that value; the other keys go to ``extra``."""
    if not keys:
        return "", None
    chosen = keys[0]
    if len(keys) > 1:
        chosen = next((key for key in keys if not is_empty(row[key])), chosen)
        extra.update((key, row[key]) for key in keys if key != chosen)
    return chosen, row[chosen]


def _understood(reader: Callable[[Any], Any], picked: tuple[str, Any], extra: dict[str, Any], notes: list[str]) -> Any:
    """Read a picked value with ``reader``; a value that it refuses is noted and kept in ``extra``."""
    key, value = picked
    if value is None:
        return None
    try:
        return reader(value)
    except ValueError as error:
        if not isinstance(error, NotedBeforeError):
            notes.append(f"{error}, kept in extra")
        extra[key] = value
        return None
