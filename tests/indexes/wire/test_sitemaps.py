from __future__ import annotations

import pytest

from sada.indexes.parsing.faults import Fault
from sada.indexes.wire.sitemaps import sitemap_rows

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
)
NEWS = """<url><loc>https://palm.example/1</loc><lastmod>2026-03-04</lastmod><n:news><n:publication>
  <n:name>صحيفة النخيل</n:name><n:language>ar</n:language></n:publication>
  <n:publication_date>2026-03-03T10:00:00+03:00</n:publication_date>
  <n:title><![CDATA[افتتاح جسر & نفق]]></n:title><n:keywords>جسور, مدن</n:keywords></n:news></url>"""


def items_of(urls: str):
    pytest.importorskip("lxml")
    return list(sitemap_rows([f"<urlset {NAMESPACES}>\n{urls}</urlset>".encode()]))


def test_a_page_with_news_gives_all_fields():
    assert items_of(NEWS) == [
        (
            2,
            {
                "title": "افتتاح جسر & نفق",
                "date": "2026-03-03T10:00:00+03:00",
                "url": "https://palm.example/1",
                "source": "صحيفة النخيل",
                "language": "ar",
                "keywords": "جسور, مدن",
                "updated": "2026-03-04",
            },
        )
    ]


def test_pages_without_news_are_counted():
    (_, row), (line, note) = items_of("<url><loc>https://palm.example/</loc></url>" * 2 + NEWS)
    assert (row["url"], line) == ("https://palm.example/1", None)
    assert note == Fault("note", "passed over 2 pages without <news:title>")


def test_a_sitemap_without_news_is_told():
    reason = "a sitemap without news (no <news:news> in it; fetch its pages and read those)"
    assert items_of("<url><loc>https://palm.example/</loc></url>") == [(None, Fault("bad", reason))]


def test_an_empty_sitemap_gives_nothing():
    assert items_of("") == []
