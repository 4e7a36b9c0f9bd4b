"""What is said of a recommendation: the names that both articles have, as they are written, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.reasons import names_of, shared_names
from sada.cluster.recommendation.recommender import Preferences, related
from sada.indexes import NewsIndex
from sada.indexes.article import Article

LATE = datetime(2026, 4, 1, tzinfo=UTC)


def filler(language: str, count: int, text: str) -> list[Article]:
    """Articles that make the words of a text common."""
    return [Article(f"{language}{at}", title=f"{text} {at}x{at}", text=text, language=language) for at in range(count)]


@pytest.fixture
def named(tmp_path):
    """What two articles have in common, in an index with some others."""

    def shared(one: Article, other: Article, others: list[Article] = ()) -> list[str]:
        with NewsIndex.create(tmp_path / "n.sada", encoder="none") as index:
            index.add([one, other, *others])
            names = names_of(IndexState.of(index, index.snapshot.view), [index.snapshot.columns.row_of[one.id]], [one])
            return shared_names(names, [other])[0]

    return shared


def test_names_of_several_words_are_told_whole_and_as_written(named):
    one = Article(
        "a", "Aramco and the Ministry of Energy sign", "Prince Khalid al-Faisal met them in Dhahran.", language="en"
    )
    other = Article(
        "b", "MINISTRY OF ENERGY: no comment", "Yesterday Khalid al Faisal left Dhahran for Aramco", language="en"
    )
    assert named(one, other) == ["Ministry of Energy", "Khalid al-Faisal", "Dhahran"]  # one of the two, and no more


def test_words_that_do_not_stand_together_in_both_are_told_apart(named):
    one = Article("a", "Energy Ministry", "Dhahran", language="en")
    assert named(one, Article("b", "Ministry for Energy", "", language="en")) == ["Ministry", "Energy"]


def test_function_words_common_words_and_figures_are_no_names(named):
    one = Article("a", "The minister met with 14 others after 2026", "government of Ruritania", language="en")
    other = Article("b", "After 14 others, the minister with 2026", "Ruritania government", language="en")
    assert named(one, other, filler("en", 60, "minister government met others")) == ["Ruritania"]


def test_short_words_in_small_letters_are_no_names(named):
    one = Article("a", "UN saat nin sabah", "", language="tr")
    assert named(one, Article("b", "sabah, nin; UN", "", language="tr")) == ["UN", "sabah"]


def test_arabic_names_are_told_as_they_are_written(named):
    one = Article("a", "وزير الطاقة: أرامكو «تحفر» في الظهران", "قالت وكالة الأنباء السعودية", language="ar")
    other = Article("b", "أرامكو تنفي", "وكالة الانباء السعودية نقلت عن وزير الطاقة في الظهران", language="ar")
    found = named(one, other)
    assert found == ["وكالة الأنباء السعودية", "وزير الطاقة", "أرامكو"]


def test_names_in_a_script_without_spaces_are_pieces_of_it(named):
    one = Article("a", "里马尔二号升空，将紧盯沙尘", "", language="zh")
    assert named(one, Article("b", "沙尘暴来袭 里马尔二号待命", "", language="zh")) == ["里马尔二号", "沙尘"]


def test_names_do_not_reach_over_a_full_stop_or_from_title_to_text(named):
    one = Article("a", "Visit to Ruritania", "Zenda castle. Hentzau fled", language="en")
    other = Article("b", "", "Ruritania Zenda castle Hentzau", language="en")
    assert named(one, other) == ["Zenda castle", "Ruritania", "Hentzau"]


def test_articles_without_words_have_no_names(named):
    assert named(Article("a", "!!!"), Article("b", "...")) == []


def test_reasons_are_those_of_the_article(tmp_path, word_encoder):
    read = Article(
        "en", "flood river Dambridge city", "rain mayor bridge rescue", language="en", source="A", published=LATE
    )
    french = replace(
        read, id="fr", title="city Dambridge flood river", text="mayor rescue rain bridge", language="fr", source="B"
    )
    months = replace(
        read,
        id="old",
        title="dull Dambridge river flood",
        text="again the mayor",
        published=datetime(2025, 3, 1, tzinfo=UTC),
    )
    far = Article("far", "harvest of olives", "in the south flood", language="ar", source="C", published=LATE)
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as index:
        index.add([read, french, months, far])
        preferences = Preferences(languages=["fr"], sources=["c"], pinned=["far"])
        found = {item.article.id: item.reasons for item in related(index, "en", preferences=preferences)}
        assert found["fr"] == (
            "same story, in French", "as B reports it", "same people and terms: city, rain, bridge",
            "close in meaning", "preferred language",
        )  # fmt: skip
        assert found["old"][-1] == "background from 2025-03-01"
        assert "in French" not in found["old"] and "same story" not in found["old"]
        assert found["far"][0] == "pinned by the editors"
        assert "in Arabic" in found["far"] and found["far"][-1] == "preferred outlet"
        both = {item.article.id: item.reasons for item in related(index, ["old", "en"])}
        assert both["fr"][-1] == "goes with: flood river Dambridge city"
        assert not any(reason.startswith("in ") for reason in both["fr"])


def test_something_is_said_of_every_article(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as index:
        index.add([Article("a", "one two three"), Article("b", "three seven eight nine ten"), Article("c", "five")])
        assert all(item.reasons for item in related(index, "a"))
        (item,) = related(index, "c", preferences=Preferences(pinned=["a"]), k=1)
        assert item.reasons == ("pinned by the editors",)
