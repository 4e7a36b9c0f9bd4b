"""``sada dedup`` of the same articles as plain text and as HTML."""

from __future__ import annotations

import json

import pytest

from sada.cluster.copies.copies import find_copies
from sada.indexes.article import Article
from sada.indexes.sample import sample_articles

from ....html_wrapping import WRAPPERS

HINDI = [
    Article("hi-1", "नदी पर नया पुल खुला", "महापौर ने आज नदी पर नया पुल खोला। उन्होंने कहा कि यह पुल तीन साल में बना है। "
            "इससे बंदरगाह और पूर्वी मोहल्ले जुड़ जाएंगे। काम करने वालों को धन्यवाद दिया गया।", language="hi"),
    Article("hi-2", "बाज़ार में सब्ज़ियाँ महँगी", "पिछले हफ़्ते की बारिश के बाद बाज़ार में सब्ज़ियों के दाम बढ़ गए। किसानों का कहना है कि "
            "आधी फ़सल ख़राब हो गई। व्यापारियों को अगले महीने राहत की उम्मीद है।", language="hi"),
]  # fmt: skip


def unlike() -> list[Article]:
    """Sixty articles of all languages of the sample, and two in Hindi, none of which is a copy of another."""
    articles = sample_articles()
    dropped = find_copies(articles).dropped(contained=True)
    kept = [article for at, article in enumerate(articles) if at not in dropped]
    by_language: dict[str, list[Article]] = {}
    for article in kept:
        by_language.setdefault(article.language, []).append(article)
    rounds = max(map(len, by_language.values()))
    turns = [some[at] for at in range(rounds) for some in by_language.values() if at < len(some)]
    return [*HINDI, *turns[:58]]


def row(article, id_, text):
    return {"id": id_, "title": article.title, "text": text, "lang": article.language, "source": id_}


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_sixty_articles_as_text_and_as_html_are_sixty(sada, write, wrap):
    articles = unlike()
    assert len(articles) == 60 and {"ar", "hi", "zh", "fa"} <= {article.language for article in articles}
    rows = [row(one, one.id, one.text) for one in articles]
    rows += [row(one, f"{one.id}-html", wrap(one.text, number)) for number, one in enumerate(articles)]
    path = write(rows)
    ran = sada("dedup", path, "--threshold", "1")
    assert "120 articles read, 60 dropped, 60 kept\n" in ran.err
    assert (
        f"note: {path}: 60 rows hold HTML tags: left out of shingles, words and vectors, and stored as they are"
        in ran.err
    )
    assert [kept["id"] for kept in ran.rows] == [one.id for one in articles]


def test_what_is_kept_of_html_is_written_as_it_was_read(sada, tmp_path):
    lines = [
        '{"id": "1", "title": "<i>Fog</i> &amp; ferry",'
        ' "text": "<p>The ferry struck the pier &lt;b&gt;at&lt;/b&gt; noon.</p>"}\n',
        '{"id": "2", "title": "Fog & ferry", "text": "The ferry struck the pier at noon."}\n',
        '{"id": "3", "title": "Rates", "text": "x < y and <3 and Vec<int>, said <ali@x.example>, and more too"}\n',
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("".join(lines))
    ran = sada("dedup", path)
    assert ran.out == lines[0] + lines[2]
    assert "1 row holds HTML tags: left out" in ran.err
    assert sada("dedup", path, "--report", tmp_path / "groups.jsonl").out == ran.out
    (group,) = map(json.loads, (tmp_path / "groups.jsonl").read_text().splitlines())
    assert [member["id"] for member in group["members"]] == ["1", "2"]
    assert group["evidence"][0]["jaccard"] == 1.0


def test_csv_and_duplicates_read_tags_the_same(sada, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text(
        'id,title,text\n1,Fog,"<p>The ferry struck the pier at noon.</p>"\n2,Fog,The ferry struck the pier at noon.\n'
    )
    ran = sada("dedup", path)
    assert [(kept["id"], kept["text"]) for kept in ran.rows] == [("1", "<p>The ferry struck the pier at noon.</p>")]
    (group,) = sada("duplicates", path).rows
    assert [member["id"] for member in group["members"]] == ["1", "2"]
