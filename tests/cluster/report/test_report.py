"""What a page about an index is told: whole stories, columns that say what articles say, copies with their diffs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sada.cluster import find_copies, find_stories, report_data, source_echoes
from sada.cluster.explanation.explanation import token_diff
from sada.cluster.report.copies import lengths
from sada.cluster.report.report import TEXT_LENGTH, TITLE_LENGTH
from sada.cluster.stories.stories import METHOD
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.search.filters import Filter
from sada.indexes.text.tokens import shingles


@pytest.fixture
def articles(events, prose):
    """The events, with an edited copy of one report, a page that carries another, and what is cut or has no title."""
    first = next(article for article in events if article.id == "e0r0")
    edited = replace(first, id="edited", text=prose.edited(first.text, 1), published=prose.moment(20), source="editor")
    again = replace(edited, id="again", text=f"{edited.text} {prose.word()}", published=prose.moment(22))
    carried = next(article for article in events if article.id == "e1r0")
    body = f"{prose.text(40)} {carried.title} {carried.text} {prose.text(60)}"
    page = Article("page", title="Daily page", text=body, published=prose.moment(40), source="pages", language="en")
    untitled = Article("untitled", text=prose.text(900), published=prose.moment(3), language="fr")
    long = Article("long", title="Long 𝄞 " * 100, text="word " * 2000, url="https://a.example/b", language="de-AT")
    undated = replace(first, id="undated", published=None, source="timeless")
    return [*events, edited, again, page, untitled, long, undated]


@pytest.fixture
def index(articles, tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as made:
        made.add(articles)
        yield made


def members_of(data):
    """The articles of each story by its id: so many of the next ids are its own."""
    ids = iter(data["articles"]["id"])
    return {story["id"]: [next(ids) for _ in range(story["size"])] for story in data["stories"]}


def test_every_story_is_told_with_all_its_articles_in_order(index):
    data, found = report_data(index), find_stories(index)
    assert members_of(data) == {story.id: list(story.articles) for story in found.stories}
    assert [story["id"] for story in data["stories"]] == [story.id for story in found.stories]
    assert sorted(data["articles"]["id"]) == sorted(index.snapshot.columns.ids)
    ids = data["articles"]["id"]
    for told, story in zip(data["stories"], found.stories, strict=True):
        assert (told["words"], told["copies"], told["growth"]) == (list(story.keywords), story.copies, story.growth)
        assert {ids[head] for head in told["heads"]} == {headline.id for headline in story.headlines.values()}
        assert data["articles"]["title"][told["head"]] == story.headline[:TITLE_LENGTH]


def test_old_and_small_stories_are_left_out_and_counted(index):
    found = find_stories(index)
    latest = max(story.last for story in found.stories if story.last)
    for days, min_size, limit in ((1, 1, None), (3, 3, None), (2.5, 2, 4), (None, 2, 1), (0.001, 1, None)):
        data = report_data(index, days=days, min_size=min_size, limit=limit)
        recent = [
            story
            for story in found.stories
            if days is None or story.last is None or story.last > latest - timedelta(days=days)
        ]
        large = [story for story in recent if story.size >= min_size]
        assert [story["id"] for story in data["stories"]] == [story.id for story in large[:limit]]
        assert data["left_out"] == {
            "older": len(found.stories) - len(recent),
            "small": len(recent) - len(large),
            "routine": 0,
            "beyond": len(large) - len(large[:limit]),
        }
    assert any(story.last is None for story in found.stories)


def test_the_columns_say_what_the_articles_say(index, articles):
    data = report_data(index)
    columns, by_id = data["articles"], {article.id: article for article in articles}
    for number, id_ in enumerate(columns["id"]):
        article = by_id[id_]
        at = None if article.published is None else int(article.published.timestamp())
        assert columns["title"][number] == (article.title[:TITLE_LENGTH] or article.text[:80])
        assert (columns["at"][number], columns["url"][number]) == (at, article.url)
        assert data["sources"][columns["source"][number]] == article.source
        assert data["languages"][columns["language"][number]] == article.language.split("-")[0]
        assert data["texts"][number] == article.text[:TEXT_LENGTH]
    assert [columns["id"][n] for n in columns["untitled"]] == ["untitled"]
    assert {columns["id"][n] for n in columns["cut"]} == {"untitled", "long"}
    assert len(set(data["sources"])) == len(data["sources"]) and len(set(data["languages"])) == len(data["languages"])


def test_the_whole_is_json_and_says_what_it_is_of(index):
    data = report_data(index)
    assert orjson.loads(orjson.dumps(data)) == data
    assert (data["indexed"], data["stored"], data["text_length"]) == (len(index), True, TEXT_LENGTH)
    assert data["echoes"] == [echo.to_dict() for echo in source_echoes(index)]


@pytest.mark.parametrize(
    "filters",
    [
        Filter(sources=["outlet3"]),
        Filter(languages=["fr", "de"]),
        Filter(sources=["copier", "editor"], exclude=["e3c"]),
        Filter(sources=["nobody"]),
    ],
)
def test_a_story_is_told_whole_if_one_of_its_articles_meets_the_filters(index, filters):
    columns = index.snapshot.columns
    meets = {
        id_
        for id_, source, language in zip(columns.ids, columns.sources, columns.languages, strict=True)
        if (not filters.sources or source in filters.sources)
        and (not filters.languages or language.split("-")[0] in filters.languages)
        and id_ not in filters.exclude
    }
    expected = {story.id: list(story.articles) for story in find_stories(index).stories if meets & set(story.articles)}
    data = report_data(index, filters=filters)
    assert members_of(data) == expected
    assert len(data["texts"]) == len(data["articles"]["id"]) == sum(map(len, expected.values()))
    assert data["echoes"] == [echo.to_dict() for echo in source_echoes(index, filters=filters)]


def test_moments_are_filtered_too(index, prose):
    since, until = prose.moment(31), prose.moment(59)
    expected = {
        story.id
        for story in find_stories(index).stories
        if any((a := index.get(id_)).published and since <= a.published < until for id_ in story.articles)
    }
    found = report_data(index, filters=Filter(since=since, until=until))
    assert {story["id"] for story in found["stories"]} == expected
    assert 0 < len(expected) < len(find_stories(index).stories)


def test_a_limit_takes_the_largest(index):
    found = find_stories(index)
    assert list(members_of(report_data(index, limit=2))) == [story.id for story in found.stories[:2]]


def similarity(one, other):
    a, b = set(shingles(one.body)), set(shingles(other.body))
    return len(a & b), len(a), len(b)


def test_copies_are_told_with_whom_they_follow(index, articles):
    data, by_id = report_data(index), {article.id: article for article in articles}
    ids = data["articles"]["id"]
    expected = {}
    for group in find_copies(index).duplicates():
        expected |= {member.id: member.follows or group.kept for member in group.members if member.id != group.kept}
    assert {ids[row[0]]: ids[row[1]] for row in data["copies"]} == expected
    assert len(expected) == 8 + 3 and expected["again"] == "edited"
    for number, other, jaccard, _ in data["copies"]:
        both, one, two = similarity(by_id[ids[number]], by_id[ids[other]])
        assert jaccard == round(both / (one + two - both), 4)


def test_groups_stand_by_size_and_their_members_by_time(index):
    data = report_data(index)
    columns = data["articles"]
    groups = [group for group in data["groups"] if len(group["members"]) > 1]
    assert [group["size"] for group in groups] == sorted((len(group["members"]) for group in groups), reverse=True)
    assert [columns["id"][n] for n in groups[0]["members"]] == ["e0r0", "e0c", "edited", "again", "undated"]
    for group in groups:
        moments = [columns["at"][n] for n in group["members"]]
        dated = [at for at in moments if at is not None]
        assert moments == sorted(dated) + [None] * (len(moments) - len(dated))


def test_what_holds_another_is_told_with_how_much(index, articles):
    data, by_id = report_data(index), {article.id: article for article in articles}
    ids = data["articles"]["id"]
    links = [(ids[a], ids[b], share, inner) for a, b, share, inner, _ in data["held"]]
    assert [link[:2] for link in links if "page" in link] == [("e1r0", "page")]
    for earlier, later, share, inner_is_earlier in links:
        both, one, two = similarity(by_id[earlier], by_id[later])
        assert share == round(both / min(one, two), 4)
        assert inner_is_earlier == (one < two)
        assert by_id[earlier].published <= by_id[later].published
    told = [place for group in data["groups"] for place in group["attached"]]
    assert set(told) == set(range(len(links)))


def test_copies_that_are_not_told_make_no_groups(index):
    data = report_data(index, filters=Filter(languages=["fr"]))
    assert data["articles"]["id"] == ["untitled"] and data["groups"] == data["copies"] == data["held"] == []


def test_a_copy_in_another_script_is_told_with_the_likeness_that_makes_it_one(tmp_path):
    cyrillic = (
        "Директор позоришта каже да нова сезона почиње у октобру премијером домаће драме, а затим следе гостовања из "
        "шест градова. Карте су јефтиније за ученике и студенте, а сала има ново светло и нове столице."
    )
    latin = (
        "Direktor pozorišta kaže da nova sezona počinje u oktobru premijerom domaće drame, a zatim slede gostovanja iz "
        "šest gradova. Karte su jeftinije za učenike i studente, a sala ima novo svetlo i nove stolice."
    )
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([Article("a", "Нова сезона", cyrillic), Article("b", "Nova sezona", latin)])
        assert [jaccard for _, _, jaccard, _ in report_data(index)["copies"]] == [1.0]


def test_a_group_with_members_elsewhere_keeps_its_size(tmp_path, prose):
    text = prose.text(80)
    copies = [Article(f"c{n}", title="Same", text=text, published=prose.moment(300 * n)) for n in range(3)]
    near = replace(copies[0], id="near", source="wire", published=prose.moment(1))
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([*copies, near])
        data = report_data(index, filters=Filter(sources=["wire"]))
        (group,) = data["groups"]
        assert data["articles"]["id"] == ["c0", "near"]  # copies printed much later are stories of their own
        assert (group["size"], group["members"]) == (4, [0, 1])
        last = report_data(index, filters=Filter(since=prose.moment(500)))
        assert last["articles"]["id"] == ["c2"] and last["groups"] == last["copies"] == []


def test_changes_are_told_of_stories_that_changed_since_they_opened(index, prose):
    before = report_data(index)
    assert all("changes" not in story for story in before["stories"])
    report = index.get("e4r1")
    index.add([replace(report, id="later", title=report.title, source="late", published=prose.moment(124))])
    data = report_data(index)
    changed = {story["id"]: story["changes"] for story in data["stories"] if "changes" in story}
    story = find_stories(index).of("later")
    assert [change[1:] for change in changed[story.id]] == [["opened", 6, ""], ["joined", 1, ""]]
    opened, joined = [change[0] for change in changed[story.id]]
    assert opened <= joined and list(changed) == [story.id]


def test_an_id_that_was_merged_leads_to_a_story_that_is_told(index):
    first, second, *_ = find_stories(index).stories
    index.stories.store([], {"gone": first.id, "elsewhere": second.id, "over": ""}, METHOD)
    data = report_data(index, limit=1)
    assert data["redirects"] == {"gone": first.id}


def test_an_empty_index_is_told_too(tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        data = report_data(index)
    assert (data["indexed"], data["stories"], data["texts"], data["groups"], data["echoes"]) == (0, [], [], [], [])


def test_the_diffs_are_those_of_the_articles_as_told(index):
    data = report_data(index)
    columns = data["articles"]
    told = [
        Article(columns["id"][n], title="" if n in columns["untitled"] else columns["title"][n], text=text)
        for n, text in enumerate(data["texts"])
    ]
    for number, other, _, diff in data["copies"]:
        assert diff == lengths(told[other], told[number])
    for earlier, later, *_, diff in data["held"]:
        assert diff == lengths(told[earlier], told[later])


WORDS = st.lists(st.sampled_from(["5", "50", "dead", "Lisbon,", "𝄞𝄞", "مدينة", "مدينه", "\n", "é"]), max_size=12).map(
    " ".join
)


TITLES = st.sampled_from(["", "T", "U 𝄞"])


@given(TITLES, WORDS, TITLES, WORDS)
@example("", "", "T", "")
@example("T", "𝄞 a b", "U 𝄞", "a b")
def test_lengths_lead_along_both_texts_as_the_diff_does(title, one, other_title, other):
    a, b = Article("a", title=title, text=one), Article("b", title=other_title, text=other)
    diff = lengths(a, b)
    assert len(diff) % 2 == 0
    turns = [(place // 2) % 2 == 0 for place in range(0, len(diff), 2)]
    cut_a, cut_b = (walked(article.body, diff[side::2]) for side, article in enumerate((a, b)))
    passages = [(alike, *pair) for alike, *pair in zip(turns, cut_a, cut_b, strict=True) if any(pair)]
    assert passages == [(step["op"] == "equal", step["a"], step["b"]) for step in token_diff(a, b)]


def walked(text, sizes):
    """The text cut into passages of so many UTF-16 code units."""
    data = text.encode("utf-16-le")
    ends = [2 * sum(sizes[:n]) for n in range(len(sizes) + 1)]
    assert ends[-1] == len(data)
    return [data[start:end].decode("utf-16-le") for start, end in pairwise(ends)]


def test_any_number_of_threads_tells_the_same(index):
    assert report_data(index, threads=1) == report_data(index, threads=2)


def test_articles_that_are_told_are_told_once(index):
    data = report_data(index)
    assert sorted(chain.from_iterable(members_of(data).values())) == sorted(set(data["articles"]["id"]))
