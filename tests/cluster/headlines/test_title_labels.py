"""Labels of titles: learned per outlet from what is in titles and not in texts."""

from __future__ import annotations

import pytest

from sada.cluster.headlines.title_labels import TitleLabels
from sada.cluster.stories.stories import find_stories
from sada.indexes.article import Article
from sada.indexes.index import NewsIndex

FILMS = ["A calf is born", "Storm over the bay", "The old mill", "First snow falls", "Cup final lost", "A new bridge"]


def told(form: str, *, text: str = "Much was seen by {film} and many others.", count: int = 6, source: str = "Herald"):
    """Articles of an outlet whose titles have one form."""
    return [
        Article(f"{source}{at}", form.format(film=film), text.format(film=film.split()[-1]), source=source)
        for at, film in enumerate(FILMS[:count])
    ]


@pytest.mark.parametrize(
    "form",
    [
        *("Watch: {film}", "Watch.. {film}", "WATCH | {film}", "Watch – {film}", "Watch… {film}", "watch / {film}"),
        *("{film} (watch)", "{film} [Watch]", "{film} | Watch", "{film} - watch", "{film}.. watch"),
        *("بالصور.. {film}", "قصة مصورة : {film}", "عام / {film}", "{film} (فيديو)", "视频：{film}", "वीडियो: {film}"),
    ],
)
def test_a_label_of_any_form_and_language_is_left_out(form):
    labels = TitleLabels.learn(told(form))
    assert [labels.without("Herald", form.format(film=film)) for film in FILMS] == FILMS


def test_who_is_quoted_stands_in_the_text_and_stays():
    labels = TitleLabels.learn(told("Minister: {film}", text="The minister spoke of the {film}."))
    assert labels.labels == frozenset()
    assert labels.without("Herald", "Minister: no new tax") == "Minister: no new tax"


def test_a_text_that_repeats_its_title_says_nothing():
    labels = TitleLabels.learn(told("Watch: {film}", text="Many came. More under: Watch: {film}"))
    assert labels.labels == frozenset()  # the end of a title alone is no repetition
    articles = [
        Article(one.id, one.title, f"Many came. Link: {one.title}", source=one.source) for one in told("Watch: {film}")
    ]
    assert TitleLabels.learn(articles).without("Herald", "Watch: a new play") == "a new play"


def test_labels_are_of_one_outlet_alone():
    labels = TitleLabels.learn(told("Watch: {film}"))
    assert labels.without("Gazette", "Watch: a new play") == "Watch: a new play"


def test_five_titles_make_a_label():
    assert TitleLabels.learn(told("Watch: {film}", count=4)).labels == frozenset()
    assert len(TitleLabels.learn(told("Watch: {film}", count=5)).labels) == 1


def test_one_text_in_ten_may_have_the_word():
    articles = [
        Article(str(at), f"Watch: {FILMS[at % 6]} {at}", "We watch it." if at < 2 else "Many came.", source="Herald")
        for at in range(20)
    ]
    spoken = [Article(one.id, one.title, "Keep watch: it was late.", source=one.source) for one in articles[:3]]
    assert len(TitleLabels.learn(articles[1:] + spoken[:1]).labels) == 1
    assert TitleLabels.learn([*articles[3:], *spoken]).labels == frozenset()


def test_several_labels_go_one_after_the_other():
    both = [*told("Watch: {film}"), *told("{film} (video)")]
    labels = TitleLabels.learn([Article(str(at), one.title, one.text, source="Herald") for at, one in enumerate(both)])
    assert labels.without("Herald", "Watch: The tide comes in (video)") == "The tide comes in"


def test_a_title_that_is_little_else_stays():
    labels = TitleLabels.learn(told("Watch: {film}"))
    assert labels.without("Herald", "Watch: rain") == "Watch: rain"
    assert labels.without("Herald", "Watch:") == "Watch:"
    assert labels.without("Herald", "") == ""


def test_titles_alone_teach_nothing():
    assert TitleLabels.learn(told("Watch: {film}", text="")).labels == frozenset()


def test_headlines_of_stories_have_no_label(events, prose, tmp_path):
    titles = [prose.text(5) for _ in range(6)]
    labelled = [
        Article(f"w{at}", f"Watch: {title}", prose.text(60), source="Herald", published=prose.moment(at), language="en")
        for at, title in enumerate(titles)
    ]
    articles = [*events, *labelled]
    assert [find_stories(articles).of(f"w{at}").headline for at in range(6)] == titles
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(articles)
        found = find_stories(index)
        assert [found.of(f"w{at}").headlines["en"].title for at in range(6)] == titles
        assert find_stories(index) == found  # as they were stored
