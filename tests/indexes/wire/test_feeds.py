from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sada.indexes.errors import MissingPackageError
from sada.indexes.parsing.faults import Fault, UnreadableError
from sada.indexes.wire.feeds import feed_rows

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"'
)
OUTLET, TITLE, BODY = "صحيفة النخيل", "افتتاح جسر جديد في المدينة", "<p>افتتح رئيس البلدية جسرا فوق النهر.</p>"
ITEM = f"<item><title>{TITLE}</title><link>https://palm.example/1</link><description>ملخص</description>"


def rss(items: str, head: str = f"<title>{OUTLET}</title><language>ar-sa</language>") -> str:
    return f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES}><channel>{head}\n{items}</channel></rss>'


def items_of(feed: str | bytes) -> list[tuple[int | None, object]]:
    pytest.importorskip("feedparser")
    return list(feed_rows([feed if isinstance(feed, bytes) else feed.encode()]))


def rows_of(feed: str | bytes) -> list[dict]:
    found = [row for _, row in items_of(feed)]
    assert not [row for row in found if isinstance(row, Fault)]
    return found


def test_an_item_of_rss_gives_all_fields():
    item = (
        f"{ITEM}<guid isPermaLink='false'>p1</guid><pubDate>Tue, 03 Mar 2026 10:00:00 +0300</pubDate>"
        f"<category>محليات</category><category domain='x'>جسور</category><dc:creator>علي</dc:creator>"
        f"<content:encoded><![CDATA[{BODY}]]></content:encoded></item>"
    )
    assert rows_of(rss(item)) == [
        {
            "id": "p1",
            "title": TITLE,
            "text": BODY,
            "summary": "ملخص",
            "date": "Tue, 03 Mar 2026 10:00:00 +0300",
            "url": "https://palm.example/1",
            "source": OUTLET,
            "language": "ar-sa",
            "keywords": ["محليات", "جسور"],
            "author": "علي",
        }
    ]


@pytest.mark.parametrize(
    ("element", "date"),
    [
        ("<pubDate>31-07-2024 2:05 PM</pubDate>", "31-07-2024 2:05 PM"),
        ("<pubDate>1722434700</pubDate>", "1722434700"),
        ("<dc:date>31.07.2024</dc:date>", "31.07.2024"),
        ("<pubDate>٣١ يوليو ٢٠٢٤</pubDate>", "٣١ يوليو ٢٠٢٤"),
        ("<dcterms:modified>2025-01-01</dcterms:modified><dcterms:issued>2024-07-31</dcterms:issued>", "2024-07-31"),
        ("<dcterms:modified>2025-01-01</dcterms:modified><dcterms:created>2024-07-31</dcterms:created>", "2024-07-31"),
    ],
)
def test_dates_stay_as_they_are_written(element, date):
    assert rows_of(rss(f"{ITEM}{element}</item>"))[0]["date"] == date


@pytest.mark.parametrize(
    ("inside", "source"),
    [
        ("<source url='https://wire.example/feed'>Wire</source><dc:publisher>Press</dc:publisher>", "Wire"),
        ("<source url='https://wire.example/feed'/><dc:publisher>Press</dc:publisher>", "Press"),
        ("<source url='https://wire.example/feed'/>", "https://wire.example/feed"),
        ("<News:Source xmlns:News='https://www.bing.com/news/search?q=x'>Wire</News:Source>", "Wire"),
        ("", OUTLET),
    ],
)
def test_the_outlet_is_that_of_the_item_before_that_of_the_feed(inside, source):
    assert rows_of(rss(f"{ITEM}{inside}</item>"))[0]["source"] == source


def test_the_publisher_of_a_feed_is_its_outlet():
    head = f"<title>آخر الأخبار</title><dc:publisher>{OUTLET}</dc:publisher>"
    assert rows_of(rss(f"{ITEM}</item>", head))[0]["source"] == OUTLET


@pytest.mark.parametrize(
    ("item", "language"),
    [("<item><dc:language>fa</dc:language>", "fa"), ("<item xml:lang='ur'>", "ur"), ("<item>", "ar-sa")],
)
def test_the_language_is_that_of_the_item_before_that_of_the_feed(item, language):
    assert rows_of(rss(f"{item}<title>{TITLE}</title></item>"))[0]["language"] == language


@pytest.mark.parametrize(
    "caption_first",
    ["<media:description>صورة للجسر عند الغروب</media:description>{}", "{}<media:description>x</media:description>"],
)
def test_the_caption_of_a_picture_is_not_the_text(caption_first):
    item = "<item>" + caption_first.format("<description>النص</description>") + "</item>"
    assert rows_of(rss(item))[0]["text"] == "النص"


def test_the_caption_of_a_film_is_the_text_if_there_is_no_other():
    film = "<media:title>x</media:title><media:description type='plain'>عن الجسر</media:description>"
    item = f"<item><title>{TITLE}</title><media:group>{film}</media:group></item>"
    assert rows_of(rss(item))[0]["text"] == "عن الجسر"


@pytest.mark.parametrize("first", [True, False])
def test_a_full_content_beats_a_summary_whatever_comes_first(first):
    parts = ["<description>ملخص</description>", f"<content:encoded><![CDATA[{BODY}]]></content:encoded>"]
    item = "".join(parts if first else reversed(parts))
    assert rows_of(rss(f"<item><title>{TITLE}</title>{item}</item>"))[0]["text"] == BODY


def test_markup_in_a_text_stays_as_it_is():
    body = '<p onclick="x()">One <a href="/two">two</a> <script>three()</script><img src="a.jpg"></p>'
    assert rows_of(rss(f"<item><description><![CDATA[{body}]]></description></item>"))[0]["text"] == body


def test_atom_in_its_forms():
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Wire</title><id>urn:f</id>
      <entry><id>urn:1</id><title type="html">Tea &amp;amp; salt</title><published>2026-03-03T09:00:00Z</published>
        <updated>2026-03-04T09:00:00Z</updated><link rel="self" href="https://wire.example/1.atom"/>
        <link rel="alternate" href="https://wire.example/1"/><category term="t" label="Town"/>
        <summary>Short.</summary><content type="html">&lt;p&gt;The whole story.&lt;/p&gt;</content></entry>
      <entry xml:lang="fr"><id>urn:2</id><title>Deux</title><updated>2026-03-05</updated>
        <source><title>Le Port</title></source><content type="xhtml"><div
        xmlns="http://www.w3.org/1999/xhtml"><p>Le texte.</p></div></content></entry>
      <entry><id>urn:3</id><title>Three</title><summary>Only this.</summary>
        <content src="https://wire.example/3" type="text/html"/></entry></feed>"""
    first, second, third = rows_of(feed)
    assert first == {
        "id": "urn:1",
        "title": "Tea &amp; salt",
        "text": "<p>The whole story.</p>",
        "summary": "Short.",
        "date": "2026-03-03T09:00:00Z",
        "updated": "2026-03-04T09:00:00Z",
        "url": "https://wire.example/1",
        "source": "Harbour Wire",
        "language": "en",
        "keywords": ["Town"],
    }
    assert (second["text"], second["source"], second["language"], second["date"]) == (
        "<p>Le texte.</p>",
        "Le Port",
        "fr",
        "2026-03-05",
    )
    assert (third["text"], third["source"]) == ("Only this.", "Harbour Wire")


def test_a_backup_of_wordpress_gives_its_posts():
    namespaces = "xmlns:wp='http://wordpress.org/export/1.2/' xmlns:excerpt='http://wordpress.org/export/1.2/excerpt/'"
    post = (
        f"<title>{TITLE}</title><link>https://palm.example/1</link><description></description>"
        f"<content:encoded><![CDATA[<!-- wp:paragraph -->{BODY}]]></content:encoded>"
        "<excerpt:encoded><![CDATA[ملخص]]></excerpt:encoded><wp:post_date_gmt>2026-03-03 10:00:00</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:postmeta><wp:meta_key>k</wp:meta_key>"
        "</wp:postmeta>"
    )
    others = "".join(
        f"<item><title>x</title><wp:post_type>{kind}</wp:post_type></item>" for kind in ("attachment",) * 2
    )
    feed = rss(f"<item>{post}</item>{others}").replace('version="2.0"', f'version="2.0" {namespaces}')
    (_, row), (_, note) = items_of(feed)
    assert row == {
        "title": TITLE,
        "text": f"<!-- wp:paragraph -->{BODY}",
        "summary": "ملخص",
        "date_gmt": "2026-03-03 10:00:00",
        "url": "https://palm.example/1",
        "source": OUTLET,
        "language": "ar-sa",
        "status": "publish",
    }
    assert note == Fault("note", "passed over 2 attachment (no articles)")


def test_a_backup_of_blogger_gives_its_posts():
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    entries = "".join(
        f"<entry><title>{name}</title>{kind.format(name)}<category term='town'/></entry>"
        for name in ("post", "comment", "settings", "template", "page")
    )
    *rows, (_, note) = items_of(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Blog</title>{entries}</feed>")
    assert [(row["title"], row["keywords"]) for _, row in rows] == [("post", ["town"]), ("page", ["town"])]
    assert note == Fault("note", "passed over 1 comment, 1 settings, 1 template (no articles)")


def test_old_rss_and_rdf():
    old = "<rss version='0.91'><channel><title>Post</title><item><title>A</title><link>https://post.example/1</link></item></channel></rss>"
    assert rows_of(old) == [{"title": "A", "url": "https://post.example/1", "source": "Post"}]
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://post.example"><title>Post</title>
      <dc:language>de</dc:language></channel><item rdf:about="https://post.example/1"><title>Brücke</title>
      <link>https://post.example/1</link><description>Text</description><dc:date>2026-03-03T09:00:00Z</dc:date>
      <dc:subject>Stadt</dc:subject></item></rdf:RDF>"""
    assert rows_of(rdf) == [
        {
            "id": "https://post.example/1",
            "title": "Brücke",
            "text": "Text",
            "date": "2026-03-03T09:00:00Z",
            "url": "https://post.example/1",
            "source": "Post",
            "language": "de",
            "keywords": ["Stadt"],
        }
    ]


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-8"])
def test_the_declared_encoding_is_right(encoding):
    feed = rss(f"{ITEM}</item>").replace('"1.0"', f'"1.0" encoding="{encoding}"')
    assert rows_of(feed.encode(encoding))[0]["title"] == TITLE


def test_utf8_is_read_as_such_whatever_is_declared():
    feed = rss(f"{ITEM}</item>").replace('"1.0"', '"1.0" encoding="windows-1256"')
    assert rows_of(feed)[0]["title"] == TITLE


def test_a_broken_feed_gives_what_it_has_and_a_note_with_the_line():
    feed = rss(f"{ITEM}</item>\n<item><title>Salt & tea</title></item>\n<item><title>Last</title><description>Cut")
    reason = "not well-formed XML, what stands there or later may be lost: not well-formed (invalid token)"
    for start, line in (("\n\n", 6), ("", 4)):
        for declaration in ('<?xml version="1.0"?>', ""):
            (place, note), *rest = items_of(start + feed.replace('<?xml version="1.0"?>', declaration))
            assert (place, note) == (line, Fault("note", reason))
            assert [row["title"] for _, row in rest] == [TITLE, "Salt & tea", "Last"]


def test_a_broken_letter_costs_itself_alone():
    feed = rss(f"{ITEM}</item>\n<item><title>BROKEN</title></item>").encode().replace(b"BROKEN", b"T\xd8 cut")
    (line, note), (_, first), (_, second) = items_of(feed)
    assert (line, note.kind) == (4, "note") and note.reason.startswith("broken UTF-8 at byte 14 of the line")
    assert (first["title"], second["title"]) == (TITLE, "T\ufffd cut")


def test_elements_with_attributes_that_are_not_known_cost_nothing():
    item = (
        f"{ITEM}<excerpt:encoded xmlns:excerpt='urn:e' x='1'>y</excerpt:encoded><dc:source x='1'>z</dc:source></item>"
    )
    assert rows_of(rss(item)) == rows_of(rss(f"{ITEM}</item>"))


def test_a_feed_without_items_gives_nothing():
    assert items_of(rss("")) == []


def test_what_is_no_feed_is_told():
    reason = "no RSS, RDF or Atom feed (leave --input-format out)"
    assert items_of("<html><p>words</p></html>") == [(None, Fault("bad", reason))]


def test_a_feed_that_breaks_off_gives_its_items_first():
    pytest.importorskip("feedparser")

    def chunks():
        yield rss(f"{ITEM}</item>").encode()[:-20]
        raise UnreadableError("cut off")

    rows = feed_rows(chunks())
    assert next(rows)[1].kind == "note"
    assert next(rows)[1]["title"] == TITLE
    with pytest.raises(UnreadableError, match="cut off"):
        next(rows)


def test_text_of_a_feed_is_never_taken_for_an_address(tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text(rss(f"{ITEM}</item>"))
    assert [(line, fault.kind) for line, fault in items_of(str(secret))] == [(1, "bad")]


def test_nothing_of_another_file_is_read(tmp_path):
    Path(tmp_path / "secret").write_text("SECRET")
    entity = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "file://{tmp_path}/secret">]>'
    feed = rss("<item><title>a &s; b</title></item>").replace("<rss", f"{entity}<rss")
    assert all("SECRET" not in str(row) for _, row in items_of(feed))


def test_a_missing_feedparser_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "feedparser", None)
    with pytest.raises(
        MissingPackageError, match=r'^reading a feed needs feedparser: pip install "sada-news\[feeds\]"$'
    ):
        next(feed_rows([b"<rss/>"]))
