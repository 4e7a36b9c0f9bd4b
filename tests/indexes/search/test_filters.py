from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.search.filters import Filter
from sada.indexes.storage.columns import Columns

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
ARTICLES = [
    Article(f"{language}{source}{hours}", "t", language=language, source=source,
            published=None if hours is None else NOON + timedelta(hours=hours))
    for language in ("ar", "en", "") for source in ("BBC", "bbc", "") for hours in (None, -1, 0, 1)
]  # fmt: skip
COLUMNS = Columns.of(ARTICLES)


def kept(filters):
    mask = filters.mask(COLUMNS)
    return [article for article, keep in zip(ARTICLES, mask, strict=True) if keep]


def test_nothing_asked_is_no_mask():
    assert Filter().mask(COLUMNS) is None
    assert Filter(languages=[], sources=set(), exclude=frozenset()).mask(COLUMNS) is None


@given(
    st.lists(st.sampled_from(["ar", "EN", "xx"])),
    st.lists(st.sampled_from(["Bbc", "CNN"])),
    st.none() | st.sampled_from([-2, -1, 0, 1, 2]),
    st.none() | st.sampled_from([-2, -1, 0, 1, 2]),
    st.lists(st.sampled_from([article.id for article in ARTICLES] + ["unknown"])),
)
def test_all_conditions_hold(languages, sources, since, until, exclude):
    since = None if since is None else NOON + timedelta(hours=since)
    until = None if until is None else NOON + timedelta(hours=until)
    filters = Filter(languages, sources, since, until, exclude)
    if filters.mask(COLUMNS) is None:
        return
    expected = [
        article
        for article in ARTICLES
        if (not languages or article.language in [language.lower() for language in languages])
        and (not sources or article.source.casefold() in [source.casefold() for source in sources])
        and (since is None or (article.published is not None and article.published >= since))
        and (until is None or (article.published is not None and article.published < until))
        and article.id not in exclude
    ]
    assert kept(filters) == expected


def test_since_includes_and_until_excludes_and_offsets_count():
    plus_two = timezone(timedelta(hours=2))
    filters = Filter(since=NOON.astimezone(plus_two), until=NOON + timedelta(microseconds=1))
    assert {article.published for article in kept(filters)} == {NOON}
    assert kept(Filter(since=NOON, until=NOON)) == []


@pytest.mark.parametrize("name", ["languages", "sources", "exclude"])
def test_one_text_where_several_are_expected_is_refused(name):
    with pytest.raises(ValueError, match=f"{name}='ar' is one text: put it in a list"):
        Filter(**{name: "ar"})


@pytest.mark.parametrize("name", ["since", "until"])
def test_moments_need_an_offset(name):
    with pytest.raises(ValueError, match=f"{name} needs an offset"):
        Filter(**{name: datetime(2020, 1, 1)})
    with pytest.raises(ValueError, match=f"{name}='2020-01-01' is not a datetime"):
        Filter(**{name: "2020-01-01"})


def test_no_articles():
    assert Filter(languages=["ar"], exclude=["a"], since=NOON).mask(Columns.of([])).tolist() == []
