"""What a story says of itself, against truth planted in columns and pieces, and the laws of looking back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster import find_stories
from sada.cluster.stories.stories import METHOD, stored_stories
from sada.cluster.stories.story import REPRESENTATIVES, Headline, Story
from sada.cluster.stories.views import Draft, as_of, build_stories
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import UnknownArticleError
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import or_undated, to_micros

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
DAY, LEAST = timedelta(days=1), datetime.resolution


def columns_of(moments, sources=None, languages=None) -> Columns:
    """Articles ``a0``, ``a1`` and so on."""
    count = len(moments)
    published = np.array([or_undated(to_micros(moment)) for moment in moments], np.int64)
    ids = [f"a{row}" for row in range(count)]
    return Columns.outside(ids, published, languages or ["en"] * count, sources or [""] * count)


def names(rows):
    return [f"title of {row}" for row in rows]


def told(moments, pieces, sources=None, languages=None) -> Story:
    (story,) = build_stories(columns_of(moments, sources, languages), [Draft("s", ["word"], pieces)], {}, names)
    return story


def test_size_over_time_by_day_in_utc():
    midnight = datetime(2024, 3, 2, tzinfo=UTC)
    moments = [midnight, midnight - LEAST, None, midnight + DAY - LEAST, datetime(1969, 12, 31, 23, tzinfo=UTC)]
    story = told(moments, [[2], [0, 3], [4], [1]])
    assert list(story.days.items()) == [("1969-12-31", 1), ("2024-03-01", 1), ("2024-03-02", 2)]
    assert story.articles == ("a4", "a1", "a0", "a3", "a2")
    assert (story.first, story.last, story.size) == (moments[4], moments[3], 5)
    assert told([None], [[0]]).days == {}


def test_the_first_outlet_is_that_of_the_first_dated_article():
    moments = [None, NOW, NOW - LEAST, NOW]
    assert told(moments, [[0], [1], [2], [3]], ["u", "b", "c", "d"]).first_source == "c"
    assert told(moments, [[3, 1], [0]], ["u", "b", "c", "d"]).first_source == "b"  # out at once: the first by id
    assert told(moments, [[2], [1]], ["u", "b", "", "d"]).first_source is None
    assert told(moments, [[0]], ["u", "b", "c", "d"]).first_source is None


def test_a_wrong_clock_does_not_end_the_growth_of_all():
    moments = [NOW - timedelta(hours=hours) for hours in range(5)] + [datetime(2099, 1, 1, tzinfo=UTC)]
    assert told(moments, [[0], [1], [2], [3], [4]]).growth == 5
    assert told([NOW, datetime(2098, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)], [[0]]).growth == 1
    several = [NOW, *[datetime(2024, 5, 1, tzinfo=UTC)] * 3]  # months without news, and then some
    assert told(several, [[0]]).growth == 0
    assert told([NOW, NOW + timedelta(days=31)], [[1]]).growth == 1


def test_growth_counts_the_day_up_to_the_latest_publication_of_all():
    moments = [NOW, NOW - DAY, NOW - DAY + LEAST, NOW - timedelta(hours=3), None, NOW - 2 * DAY]
    assert told(moments, [[0], [1], [2, 3], [4], [5]]).growth == 3
    assert told(moments, [[1], [2, 3]]).growth == 2  # the latest of all is in no story here
    columns = columns_of([NOW, NOW + LEAST, NOW - DAY])
    assert [
        story.growth for story in build_stories(columns, [Draft("s", (), [[0], [1], [2]])], {}, names, to_micros(NOW))
    ] == [1]
    assert told([None, None], [[0], [1]]).growth == 0
    long_ago = datetime(1900, 1, 1, tzinfo=UTC)
    assert told([long_ago, long_ago - DAY], [[0], [1]]).growth == 1


def test_representatives_are_originals_first_and_one_an_outlet():
    sources = ["Alpha", "Alpha", "Beta", "Gamma", "Beta", "", "Delta", ""]
    pieces = [[2, 3], [0, 6, 1], [4], [5], [7]]
    assert told([NOW] * 8, pieces, sources).representatives == ("a2", "a0", "a5", "a3", "a6")


def test_no_more_than_ten_representatives():
    story = told([NOW] * 14, [[row] for row in reversed(range(14))], [f"outlet {row}" for row in range(14)])
    assert story.representatives == tuple(f"a{row}" for row in range(13, 3, -1))
    assert len(story.representatives) == REPRESENTATIVES


def test_headlines_are_those_of_the_most_central_originals():
    languages = ["ar", "en", "fr", "en", "ar-SA", "", "de"]
    story = told([NOW] * 7, [[5], [1, 6], [0], [3], [4], [2]], languages=languages)
    assert story.headline == "title of 5"
    assert story.headlines == {
        code: Headline(f"a{row}", f"title of {row}") for code, row in [("en", 1), ("ar", 0), ("ar-SA", 4), ("fr", 2)]
    }
    assert story.to_dict()["headlines"]["fr"] == {"id": "a2", "title": "title of 2"}
    assert set(story.languages) == {*story.headlines, "de"}
    for wanted, row in [([], 5), (["de"], 5), (["de", "FR", "en"], 2), (["ar"], 0), (["en-GB"], 1), (["xx", "ar"], 0)]:
        assert story.headline_in(wanted) == f"title of {row}"


def test_only_names_that_are_needed_and_not_known_are_asked_for_and_all_at_once():
    asked = []

    def named(rows):
        asked.append(rows)
        return names(rows)

    columns = columns_of([NOW] * 6, languages=["en", "en", "ar", "ar", "en", "fr"])
    drafts = [Draft("s", (), [[1], [0], [2, 3]]), Draft("t", (), [[5, 4]]), Draft("gone", (), [])]
    stories = build_stories(columns, drafts, {1: "known", 0: "unused"}, named)
    assert [(story.id, story.headline) for story in stories] == [("s", "known"), ("t", "title of 5")]
    assert asked == [[2, 5]]


def test_looking_back_asks_for_the_names_of_others_only():
    columns = columns_of([NOW, NOW, NOW + DAY], languages=["", "en", "en"])
    stories = build_stories(columns, [Draft("s", (), [[0], [2], [1]])], {}, names)
    asked = []
    assert as_of(stories, columns, asked.append, NOW + DAY) == stories
    assert asked == []
    (then,) = as_of(stories, columns, lambda rows: [f"{row} is asked for" for row in rows], NOW)
    assert (then.headline, then.headlines) == ("title of 0", {"en": Headline("a1", "1 is asked for")})


moments = st.none() | st.integers(0, 96).map(lambda hours: NOW - timedelta(hours=hours))


@st.composite
def told_stories(draw):
    """Columns of some articles and stories of them, without any regularity."""
    count = draw(st.integers(1, 14))
    columns = columns_of(
        draw(st.lists(moments, min_size=count, max_size=count)),
        draw(st.lists(st.sampled_from(["", "Alpha", "Beta", "Gamma"]), min_size=count, max_size=count)),
        draw(st.lists(st.sampled_from(["", "en", "ar"]), min_size=count, max_size=count)),
    )
    order = sorted(range(count), key=lambda row: (columns.published[row], columns.ids[row]))
    piece_of = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    pieces = [[row for row in order if piece_of[row] == piece] for piece in range(6)]
    drafts = [Draft("s0", ["x"], [p for p in pieces[:3] if p]), Draft("s1", ["y"], [p for p in pieces[3:] if p])]
    return columns, build_stories(columns, drafts, {}, names)


@given(told_stories())
def test_what_is_said_is_true_of_any_pieces(made):
    columns, stories = made
    assert sum(story.size for story in stories) == len(columns)
    for story in stories:
        rows = columns.rows(list(story.articles))
        source = dict(zip(story.articles, (columns.sources[row] for row in rows), strict=True))
        originals = [piece[0] for piece in story.pieces]
        assert sorted(id_ for piece in story.pieces for id_ in piece) == sorted(story.articles)
        assert story.copies == story.size - len(originals)
        assert sum(story.days.values()) == sum(columns.published[rows] != or_undated(None))
        assert list(story.days) == sorted(story.days)
        assert {source[id_] for id_ in story.representatives} == set(source.values())
        assert len(story.representatives) == len(set(source.values()))
        for id_ in story.representatives:
            rivals = [other for other in originals if source[other] == source[id_]]
            assert id_ == rivals[0] if rivals else id_ not in originals
        places = [originals.index(id_) for id_ in story.representatives if id_ in originals]
        assert places == sorted(places)


@given(told_stories(), st.integers(-1, 97), st.integers(0, 48))
def test_looking_back(made, hours, more):
    columns, stories = made
    later = NOW - timedelta(hours=hours)
    earlier = later - timedelta(hours=more)
    after, before = (as_of(stories, columns, names, moment) for moment in (later, earlier))
    assert as_of(after, columns, names, earlier) == before
    sizes = {story.id: story.size for story in after}
    for story in before:
        assert story.size <= sizes[story.id]
    published = dict(zip(columns.ids, columns.published.tolist(), strict=True))
    for told_then, moment in ((after, later), (before, earlier)):
        now = to_micros(moment)
        left = {id_ for id_, at in published.items() if at <= now or at == or_undated(None)}
        by_id = {story.id: story for story in told_then}
        for story in stories:
            wanted = [id_ for id_ in story.articles if id_ in left]
            assert (story.id in by_id) == bool(wanted)
            if wanted:
                then = by_id[story.id]
                assert list(then.articles) == wanted
                assert then.copies == len(wanted) - sum(not left.isdisjoint(piece) for piece in story.pieces)
                assert set(then.representatives) <= left
                assert {headline.id for headline in then.headlines.values()} <= left
                assert then.growth == sum(now - 86_400_000_000 < published[a] <= now for a in wanted)
                assert then.days == Counter(day_of(published[a]) for a in wanted if published[a] != or_undated(None))
                assert (then.keywords, then.id) == (story.keywords, story.id)


def day_of(micros: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + micros // (86400 * 10**6)).isoformat()


@given(told_stories())
def test_as_of_the_last_publication_is_now(made):
    columns, stories = made
    last = max((story.last for story in stories if story.last), default=NOW)
    assert as_of(stories, columns, names, last) == stories


@pytest.fixture
def reports():
    """One event in three originals of which ``hub`` has all words and the others a half each, a copy, and a loner."""
    words = [f"word{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(80)]
    title = ["storm", "breaks", "harbour", "wall"]

    def article(id_, text, hour, source, language="en", heading=""):
        moment = NOW + timedelta(hours=hour)
        return Article(id_, title=heading, text=" ".join(text), published=moment, source=source, language=language)

    return [
        article("hub", words, 5, "Alpha", heading=" ".join(title)),
        article("one", words[:40], 0, "Beta", heading=" ".join(title[:2])),
        article("two", words[:39:-1], 2, "Gamma", "fr", " ".join(title[2:])),
        article("copy", words, 30, "Delta", heading=" ".join(title).upper()),
        article("alone", ["nothing", "of", "the", "kind"], 40, "Beta"),
    ]


@pytest.fixture
def index(tmp_path, reports):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as made:
        made.add(reports)
        yield made


def test_a_story_found_in_an_index_and_in_articles(index, reports):
    for source in (index, reports):
        story = find_stories(source).of("hub")
        assert story.articles == ("one", "two", "hub", "copy")
        assert story.pieces[0] == ("hub", "copy")
        assert story.representatives[0] == "hub"
        assert story.representatives[-1] == "copy"
        assert story.headlines == {
            "en": Headline("hub", "storm breaks harbour wall"),
            "fr": Headline("two", "harbour wall"),
        }
        assert (story.first_source, story.growth) == ("Beta", 1)  # the latest of all is ten hours after the copy
        assert story.days == {"2024-03-05": 3, "2024-03-06": 1}


def test_the_past_of_an_index_and_of_articles(index, reports):
    known = {article.id: article for article in reports}
    for source in (index, reports):
        stories = find_stories(source)
        before = stories.as_of(source, known["two"].published)
        (story,) = before.stories
        assert story.id == stories.of("hub").id
        assert before.of("one") is story
        assert (story.articles, story.copies, story.sources) == (("one", "two"), 0, ("Beta", "Gamma"))
        assert {code: headline.title for code, headline in story.headlines.items()} == {
            "en": "storm breaks",
            "fr": "harbour wall",
        }
        assert story.headline in {"storm breaks", "harbour wall"}
        assert [one.articles for one in stories.as_of(source, known["two"].published - LEAST).stories] == [("one",)]
        assert stories.as_of(source, known["one"].published - LEAST).stories == ()
        assert stories.as_of(source, known["alone"].published) == stories
        assert stories.as_of(source, datetime(2999, 1, 1, tzinfo=UTC)).get(story.id).growth == 0
        with pytest.raises(ValueError, match="offset"):
            stories.as_of(source, datetime(2024, 1, 1))
    with pytest.raises(UnknownArticleError, match="copy"):
        stories.as_of([article for article in reports if article.id != "copy"], NOW)


def test_the_largest_of_then_comes_first(prose):
    body = [prose.text(60) for _ in range(2)]
    hours = {"early": (0, [0, 1]), "late": (1, [2, 3, 4])}
    articles = [
        Article(f"{name}{at}", title=f"{name} {name}", text=body[which], published=prose.moment(at))
        for name, (which, all_hours) in hours.items()
        for at in all_hours
    ]
    stories = find_stories(articles)
    assert [story.size for story in stories.stories] == [3, 2]
    before = stories.as_of(articles, prose.moment(2))
    assert [story.articles for story in before.stories] == [("early0", "early1"), ("late2",)]


def test_stored_stories_do_without_what_was_removed(index):
    found = find_stories(index)
    assert stored_stories(index) == found
    index.remove(["hub"])
    (story,) = [story for story in stored_stories(index).stories if story.size > 1]
    assert story.articles == ("one", "two", "copy")
    assert story.pieces[0] == ("copy",)
    assert (story.copies, story.headline, story.representatives[0]) == (0, "STORM BREAKS HARBOUR WALL", "copy")
    assert story.headlines["en"] == Headline("copy", "STORM BREAKS HARBOUR WALL")
    index.remove(["copy", "two", "one"])
    assert [story.articles for story in stored_stories(index).stories] == [("alone",)]
    assert index.verify() == []


def test_stories_that_an_earlier_method_stored_are_still_listed(index):
    numbers = [int(index.snapshot.columns.numbers[row]) for row in index.snapshot.columns.rows(["one", "hub"])]
    row = {"headline": "as it was", "keywords": ["word"], "copies": 1}
    index.stories.store([("s1", numbers, row)], {}, "stories-2")
    assert not index.stories.are_current(METHOD)
    (story,) = stored_stories(index).stories
    assert (story.id, story.articles, story.headline) == ("s1", ("one", "hub"), "storm breaks")
    assert (story.keywords, story.pieces) == (("word",), (("one",), ("hub",)))
