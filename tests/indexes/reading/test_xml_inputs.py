"""Files of XML as articles: found by their root element, in folders, compressed, and in their encodings."""

from __future__ import annotations

import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sada.indexes.errors import InputError, MissingPackageError
from sada.indexes.reading.readers import read_articles

RSS = (
    '<?xml version="1.0" encoding="{}"?>\n<rss version="2.0"><channel><title>صحيفة النخيل</title>'
    "<language>ar</language>"
    "<item><title>افتتاح جسر</title><guid>r1</guid><pubDate>{}</pubDate><description>افتتح جسر.</description></item>"
    "</channel></rss>"
)
TEN = "Tue, 03 Mar 2026 10:00:00 +0300"
SITEMAP = """<urlset xmlns:news="urn:n"><url><loc>https://palm.example/1</loc><news:news><news:title>Bridge</news:title>
<news:publication_date>2026-03-03</news:publication_date></news:news></url></urlset>"""
NITF = "<nitf><head><title>Tunnel</title></head><body><body.content><p>Words.</p></body.content></body></nitf>"
NEWSML = "<newsItem guid='g1'><contentMeta><headline>Ferry</headline></contentMeta></newsItem>"


@pytest.fixture(autouse=True)
def in_folder_with_readers(tmp_path, monkeypatch):
    pytest.importorskip("feedparser")
    pytest.importorskip("lxml")
    monkeypatch.chdir(tmp_path)


def write(name: str, data: str | bytes) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def read(*args, **options):
    reader = read_articles(*args, **options)
    articles = list(reader)
    report = reader.report
    assert report.read == len(articles) + report.skipped + report.bad
    return articles, [str(one) for one in report.problems if " gave a " not in one.reason]


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "feed", "a.xml.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256", "utf-16"])
def test_a_feed_is_found_by_its_root_and_read_in_its_encoding(name, encoding):
    data = RSS.format(encoding, TEN).encode(encoding)
    (article,), problems = read(write(name, gzip.compress(data) if name.endswith("gz") else data))
    assert (article.id, article.title, article.text, article.source, article.language, problems) == (
        "r1", "افتتاح جسر", "افتتح جسر.", "صحيفة النخيل", "ar", [],
    )  # fmt: skip
    assert article.published == datetime(2026, 3, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("31-07-2024", datetime(2024, 7, 31, tzinfo=UTC)),
        ("1722434700", datetime(2024, 7, 31, 14, 5, tzinfo=UTC)),
        ("July 31, 2024 2:05 PM", datetime(2024, 7, 31, 14, 5, tzinfo=UTC)),
        ("31 يوليو 2024", datetime(2024, 7, 31, tzinfo=UTC)),
    ],
)
def test_dates_of_feeds_are_read_as_those_of_rows(written, read_as):
    (article,), _ = read(write("a.xml", RSS.format("utf-8", written)))
    assert article.published == read_as


def test_an_encoding_that_is_named_is_used():
    data = RSS.format("utf-8", TEN).replace(' encoding="utf-8"', "").encode("windows-1256")
    articles, (problem,) = read(write("a.xml", data))
    assert (articles, problem.startswith("a.xml: not UTF-8 from byte "), "windows-1256" in problem) == (
        [],
        True,
        True,
    )
    (article,), _ = read("a.xml", encoding="windows-1256")
    assert article.title == "افتتاح جسر"


def test_each_kind_in_a_folder_is_read_and_a_format_decides():
    write("f/a.xml", RSS.format("utf-8", TEN))
    write("f/b.xml", SITEMAP)
    write("f/c.xml", NITF)
    write("f/d.newsml", NEWSML)
    write("f/e.txt", "words")
    articles, problems = read("f")
    assert ([one.title or one.text for one in articles], problems) == (
        ["افتتاح جسر", "Bridge", "Tunnel", "Ferry", "words"],
        [],
    )
    articles, problems = read("f", input_format="newsml")
    assert [one.title for one in articles] == ["Ferry"]
    assert problems == [
        "f: passed over 1 .txt (name a file to read it)",
        "f/a.xml: a feed, and not in the format newsml (leave --input-format out)",
        "f/b.xml: a sitemap, and not in the format newsml (leave --input-format out)",
        "f/c.xml: NITF, and not in the format newsml (leave --input-format out)",
    ]


def test_a_format_that_is_named_is_read_below_any_other_root():
    assert [one.title for one in read(write("a.xml", f"<all>{NITF}</all>"), input_format="nitf")[0]] == ["Tunnel"]
    assert read(write("b.xml", "<all/>"), input_format="nitf") == ([], ["b.xml: no <nitf> in it"])
    with pytest.raises(InputError, match=r"^d: HTML, and not in the format feed \(leave --input-format out\)$"):
        read_articles(write("d", "<html><p>x</p></html>"), input_format="feed")


def test_xml_that_is_not_read_costs_itself_alone_in_a_folder():
    write("f/a.xml", "<project><x/></project>")
    write("f/b.xml", "words, and no markup")
    write("f/c.xml", NITF)
    write("f/d.xml", "<sitemapindex><sitemap/></sitemapindex>")
    articles, problems = read("f")
    assert ([one.title for one in articles], problems) == (
        ["Tunnel"],
        [
            "f/a.xml: XML (root element <project>), which is not read (write its articles as JSON Lines)",
            "f/b.xml: no XML, as its name says it is (say what it is: --input-format FORMAT)",
            "f/d.xml: an index of sitemaps, which lists other sitemaps (fetch those, and read them)",
        ],
    )


def test_problems_name_file_and_line():
    text = RSS.format("utf-8", TEN).replace("<item>", "<item><title>Salt & tea</title></item>\n<item>")
    articles, problems = read(write("a.rss", text))
    reason = "not well-formed XML, what stands there or later may be lost: not well-formed (invalid token)"
    assert ([one.title for one in articles], problems) == (["Salt & tea", "افتتاح جسر"], [f"a.rss:2: {reason}"])


def test_a_feed_that_is_cut_within_gzip_gives_what_it_has():
    data = gzip.compress(RSS.format("utf-8", TEN).encode() + bytes(range(1, 9)) * 10_000, compresslevel=0)
    articles, problems = read(write("a.xml.gz", data[: len(data) // 2]))
    assert [one.title for one in articles] == ["افتتاح جسر"]
    assert problems[-1] == "a.xml.gz: the gz stream breaks off, what follows is lost (fetch the file again)"


@pytest.mark.parametrize("text", ["<rss version='2.0'><channel><title>x</title></channel></rss>", "<urlset/>"])
def test_a_feed_without_items_is_empty(text):
    reader = read_articles(write("a.xml", text))
    assert (list(reader), [one.reason for one in reader.unread]) == ([], ["it is empty"])


def test_a_json_feed_gives_its_title_as_outlet():
    text = """{"title": "Port Post", "language": "en", "items": [{"id": "1", "url": "https://port.example/1",
      "title": "Bridge", "content_html": "<p>Words.</p>", "date_published": "2026-03-03T09:00:00Z", "tags": ["town"]}],
      "version": "https://jsonfeed.org/version/1.1"}"""
    (article,), _ = read(write("a.json", text))
    assert (article.title, article.text, article.source, article.language, article.keywords) == (
        "Bridge", "<p>Words.</p>", "Port Post", "en", ("town",),
    )  # fmt: skip


@pytest.mark.parametrize(("package", "text"), [("feedparser", RSS.format("utf-8", TEN)), ("lxml", NITF)])
def test_a_missing_package_is_told_before_anything_is_read(monkeypatch, package, text):
    write("a.xml", text)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf'needs {package}: pip install "sada-news\[feeds\]"$'):
        read_articles("a.xml")


def test_a_feed_in_a_text_of_a_folder_is_no_page(tmp_path):
    items = "<item><title>Bridge</title><description>It opened.&#10;Read also: Cup final</description></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Port Post</title>{items}</channel></rss>"
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.txt").write_text(feed)
    (article,) = read_articles(tmp_path / "f", pages=None)
    assert (article.title, article.text, article.source, article.extra) == (
        "Bridge", "It opened.\nRead also: Cup final", "Port Post", {},
    )  # fmt: skip
