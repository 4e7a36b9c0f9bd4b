"""Map rows with any field names to articles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import partial
from typing import Any

from sada.indexes.article import Article, dump_json, encodable
from sada.indexes.errors import InputError
from sada.indexes.fields.choosing import pick, pick_date, pick_source, pick_text, understood
from sada.indexes.fields.cut_texts import MARK_ENDS, cut_mark
from sada.indexes.fields.known_names import KnownNames, load_known_names
from sada.indexes.fields.nested import WRAPPERS, Key, value_at, wrapped_row
from sada.indexes.fields.ninjs import ninjs_row
from sada.indexes.fields.plans import FieldMap, Plan, is_utc
from sada.indexes.fields.row_plans import RowPlans
from sada.indexes.fields.values import as_date, as_id, as_keywords, as_label, as_language, is_day
from sada.indexes.fields.wrapped import NO_VALUES, is_empty
from sada.indexes.reading.batches import SHORT_TEXT, CopyFields, title_units
from sada.indexes.reading.page_rows import row_of_page
from sada.indexes.tags.references import unescape
from sada.indexes.tags.removal import has_tags, without_tags
from sada.indexes.text.dates import find_zone
from sada.indexes.text.news_dates import NewsDates
from sada.indexes.timestamps import UNDATED, or_undated
from sada.indexes.webpages.document import is_html, is_whole_page

__all__ = ["KNOWN_NAMES", "FieldMap", "RowMapper", "make_id"]

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = load_known_names().names
"""The known names of each field, in order of preference; letter case does not matter."""

_as_url = partial(as_label, "url")
_SHORT, _LONGEST_NONE = 100, 5
_MARK_ENDS = "".join(MARK_ENDS)
_ODD_STARTS = "[< \t\r\n"
_MOST_DATES = _MOST_OUTLETS = 4096


class RowMapper(RowPlans):
    """Make articles from rows, and give an id to those that have none.

    Args:
        fields: the names that the user set.
        dates: reads dates; None reads them in UTC, and refuses those with two readings.
        unescape_html: replace HTML's character references in title and text, see
            :func:`sada.indexes.tags.references.unescape`; for rows whose text was never read as HTML.
        known: the known names of fields; None for those of Sada.
        rows: the dotted name of the list of rows inside a JSON document; None finds it.
        table: the name of the table in a database, or of the sheet in a workbook; None finds it.
    """

    def __init__(
        self,
        fields: FieldMap | None = None,
        dates: NewsDates | None = None,
        *,
        unescape_html: bool = True,
        known: KnownNames | None = None,
        rows: str | None = None,
        table: str | None = None,
    ) -> None:
        self._unescape = unescape if unescape_html else str
        super().__init__(fields or FieldMap(), known or load_known_names())
        self._dates = dates or NewsDates()
        self._utc_dates = self._dates.at(UTC)
        self._micros_of: dict[str | None, int] = {None: UNDATED}
        self._zoned: dict[str, NewsDates] = {}
        self._outlets: dict[str, str] = {}
        self._given: dict[str, int] = {}
        self._bulk_id: Any = None
        self.rows = rows
        self.table = table

    def article(
        self, row: Mapping[str, Any], notes: list[str], default_id: str = "", *, is_page: bool = False
    ) -> Article:
        """Make an article from ``row``.

        Args:
            row: values by name, as they come out of JSON.
            notes: gets a line for each field that was not understood; its value is kept in ``extra``.
            default_id: the id of an article that has none; without it one is made, see :func:`make_id`.
            is_page: True if the text is a whole page, in which more fields are found later; it is not counted in
                ``coverage``.

        Raises:
            ArticleError: if the title or the text is not text.
        """
        plan = self._plan(row)
        while plan.may_be_wrapped and (inner := self._unwrapped(row, plan)) is not None:
            self._see_named(row)
            row, plan = inner, self._plan(inner)
        if plan.is_ninjs and self._fields.title is self._fields.text is None:
            row = ninjs_row(row)
            plan = self._plan(row)
        if self.unseen:
            self._see_named(row)
        bulk_id, self._bulk_id = self._bulk_id, self._id_of_next(row, plan) if plan.bulk_action else None
        extra = {name: row[name] for name in plan.rest}
        title = text = ""
        if not (plan.may_be_service and row["type"] == "service"):  # "Ali joined the channel"
            title = pick_text("title", row, plan.title, extra, self._known)
            text = self._without_mark(pick_text("text", row, plan.text, extra, self._known))
        if (not text or is_whole_page(text)) and (name := self.page_name(row)) is not None:
            if not is_page:
                self._bulk_id = bulk_id
                return self.article(row_of_page(row, name, plan), notes, default_id)
            text = extra.pop(name, text)
        date = pick_date(row, plan.date, plan.time, extra, self._dates.timezone)
        url = understood(_as_url, pick(row, plan.url, extra), extra, notes) or ""
        source, url = pick_source(row, plan.source, url, extra, notes, exactly=self._fields.source is not None)
        given = understood(as_id, pick(row, plan.id, extra), extra, notes) or (bulk_id and as_id(bulk_id))
        language = pick(row, plan.language, extra)
        read_date = (self._utc_dates if is_utc(date[0]) else self._dates_beside(row, plan.zone, notes)).read
        article = Article(
            id=given or self._claim(default_id or make_id(url, source, date[1], title, text)),
            title=self._unescape(title),
            text=text if is_page and is_html(text) else self._unescape(text),
            url=url,
            source=source,
            published=understood(read_date if type(date[1]) is str else _taken_out(read_date), date, extra, notes),
            language=understood(as_language, language, extra, notes) or "",
            keywords=understood(as_keywords, pick(row, plan.keywords, extra), extra, notes) or (),
            extra=extra,
        )
        if not (is_page or article.is_empty):
            self.coverage.count(title, text, date[1], source, language[1])
            self.coverage.tagged += has_tags(article.text) or has_tags(article.title)
        return article

    def _dates_beside(self, row: Mapping[str, Any], zone: str | None, notes: list[str]) -> NewsDates:
        """Reads dates in the time zone that a field of the row names, if one does."""
        named = row[zone] if zone is not None else None
        if not isinstance(named, str) or is_empty(named):
            return self._dates
        if named not in self._zoned:
            try:
                self._zoned[named] = self._dates.at(find_zone(named.strip()))
            except InputError as error:
                notes.append(f"{zone}: {error}")
                return self._dates
        return self._zoned[named]

    def copy_fields(self, row: Mapping[str, Any]) -> CopyFields | None:
        """The fields that finding copies needs, as :meth:`article` reads them, in a tenth of the time.

        ``None`` for a row that is not ordinary: with no id or several, with neither title nor text, with a value that
        is not text, or with a date that is not understood.
        """
        plan = self._plan(row).copy_fields
        if plan is None or self.unseen:
            return None
        id_name, title_name, text_name, date_name, source_name, language_name, languages, others, more_dates, url = plan
        get: Callable[..., Any] = row.get  # also for None, the name of a field that rows do not have
        id_, title, text, source = get(id_name), get(title_name, ""), get(text_name, ""), get(source_name, "")
        if not (type(id_) is type(title) is type(text) is type(source) is str):
            return None
        id_ = id_.strip()
        if not id_ or not ((text and not text.isspace()) or (title and not title.isspace())):
            return None
        date = get(date_name)
        if others and (_has_empty(row, others) or (more_dates and is_day(date))):
            return None
        # A number, a list in a cell, a whole page, a text that is cut off, and what stands for no value.
        if (
            (id_[-1] == "0" and id_[-2:] == ".0")
            or (text and text[0] in _ODD_STARTS and (text[0] == "[" or is_whole_page(text)))
            or (text and text[-1] in _MARK_ENDS and text.endswith(MARK_ENDS))
            or (len(title) < _LONGEST_NONE and title in NO_VALUES)
            or (len(text) < _SHORT and (text in NO_VALUES or self._known.is_placeholder(text)))
        ):
            return None
        outlet = self._outlets.get(source) or self._outlet(source)
        published = self._micros_of.get(date) if type(date) is str else None
        address = _address(row, url) if len(text) < SHORT_TEXT else ""
        if outlet is None or address is None or (published is None and (published := self._published(date)) is None):
            return None
        body, tagged = f"{title}\n{text}", False
        if "&" in body or "<" in body:
            title, text, tagged = self._plain(title, text)
            body = f"{title}\n{text}"
        try:
            data = body.encode("utf-16-le")
        except UnicodeEncodeError:  # a lone surrogate
            return None
        self.coverage.tagged += tagged
        language = get(language_name) or (languages and _first_filled(row, languages)) or None
        if title and text and date and source and language:
            self.coverage.full += 1
        else:
            self.coverage.count(title, text, date, source, language)
        units = title_units(title, text, data)
        return CopyFields(id_ if id_.isascii() else encodable(id_), outlet, published, data, units, address)

    def _plain(self, title: str, text: str) -> tuple[str, str, bool]:
        """Title and text without references and tags, and whether there were tags."""
        title, text = self._unescape(title), self._unescape(text)
        plain_title, plain_text = without_tags(title), without_tags(text)
        return plain_title, plain_text, plain_title is not title or plain_text is not text

    def _outlet(self, source: str) -> str | None:
        """The name of an outlet, which is kept, since outlets repeat; None for a URL, an object, or no value."""
        outlet = source.strip()
        if outlet.startswith(("http", "{")) or outlet in NO_VALUES:
            return None
        if len(self._outlets) >= _MOST_OUTLETS:
            self._outlets.clear()
        found = self._outlets[source] = encodable(outlet)
        return found

    def _published(self, date: Any) -> int | None:
        """A date in microseconds, ``UNDATED`` for no date; None for one that is not text or not understood."""
        if type(date) is not str and date is not None:
            return None
        try:
            micros = self._dates.micros(date)
        except ValueError:
            return None
        if len(self._micros_of) >= _MOST_DATES:
            self._micros_of = {None: UNDATED}
        found = self._micros_of[date] = or_undated(micros)
        return found

    def for_documents(self) -> RowMapper:
        """A mapper that reads dates in the same way, for rows made from documents.

        The names that the user set do not apply to these. The text of a page is unescaped already, and plain text is
        not HTML.
        """
        return RowMapper(dates=self._dates, unescape_html=False)

    def _without_mark(self, text: str) -> str:
        """A text without the mark that the service has cut it off, which is counted."""
        mark = cut_mark(text)
        if not mark:
            return text
        self.coverage.marks[mark.strip()] += 1
        return text.removesuffix(mark).rstrip()

    def _claim(self, generated: str) -> str:
        """``generated``, with ``-2``, ``-3`` and so on behind it from the second use on, so that copies stay apart."""
        count = self._given[generated] = self._given.get(generated, 0) + 1
        return generated if count == 1 else f"{generated}-{count}"

    def _id_of_next(self, row: Mapping[str, Any], plan: Plan) -> Any:
        """The id that a line of an Elasticsearch bulk file gives to the document in the next line."""
        action = row[str(plan.bulk_action)]
        return action.get("_id") if isinstance(action, dict) else None

    def _unwrapped(self, row: Mapping[str, Any], plan: Plan) -> Mapping[str, Any] | None:
        """The row whose fields stand in one of its objects; None if it has a title or a text of its own."""
        if WRAPPERS[0] not in row:
            for key in (*plan.title, *plan.text):
                value = value_at(row, key)
                if not (is_empty(value) or (type(value) is dict and key in WRAPPERS)):
                    return None
        return wrapped_row(row, self.is_article)


def _taken_out(reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: reader(as_date(value))


def _has_empty(row: Mapping[str, Any], names: Iterable[str]) -> bool:
    return any(is_empty(row[name]) for name in names)


def _address(row: Mapping[str, Any], name: str | None) -> str | None:
    """The address in a row, empty if there is none; None if it has to be looked for, or is not simply an address."""
    if name is None:
        return None
    address = row.get(name, "")
    return address if isinstance(address, str) and (not address or address.startswith("http")) else None


def _first_filled(row: Mapping[str, Any], keys: tuple[Key, ...]) -> Any:
    return next(filter(None, (value_at(row, key) for key in keys)), None)


def make_id(url: str, source: str, date: Any, title: str, text: str) -> str:
    """Make an id from the content of an article, so that it does not depend on its position in a file.

    ``u`` and 16 hex digits of BLAKE2b of the url, or without one ``h`` and those of source, date, title and text,
    each as given.
    """
    if url:
        return "u" + hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    given = ["" if is_empty(date) else str(date), title, text]
    return "h" + hashlib.blake2b(dump_json([source, *given]), digest_size=8).hexdigest()
