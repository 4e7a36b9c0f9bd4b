from __future__ import annotations

import pytest

from sada.indexes.wire.nitf import nitf_rows

NITF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.4/specification/dtd/nitf-3-4.dtd">
<nitf xml:lang="ar"><head><title>سطر قصير</title>
  <docdata><doc-id id-string="wire-7" regsrc="Wire"/><date.issue norm="20260303T090000Z"/>
    <key-list><keyword key="جسور"/><keyword key="جسور"/><keyword key="مدن"/></key-list>
    <doc.copyright holder="وكالة المرفأ" year="2026"/></docdata></head>
  <body><body.head><hedline><hl1>افتتاح جسر
      جديد</hl1><hl2>فوق النهر</hl2></hedline>
    <byline>كتب <person>علي</person></byline><dateline><location>المرفأ</location></dateline>
    <abstract><p>ملخص.</p></abstract></body.head>
  <body.content><media media-type="image"><media-caption>صورة</media-caption></media>
    <p>افتتح رئيس البلدية&nbsp;جسرا.</p><hl2>التفاصيل</hl2><p>كلف الجسر <em>مليونا</em> &amp; نصفا.</p></body.content>
  <body.end><tagline>انتهى</tagline></body.end></body></nitf>"""


def items_of(text: str, encoding: str = "utf-8"):
    pytest.importorskip("lxml")
    return list(nitf_rows([text.encode(encoding)]))


def test_an_article_gives_all_fields():
    assert items_of(NITF) == [
        (
            3,
            {
                "id": "wire-7",
                "title": "افتتاح جسر جديد",
                "text": "افتتح رئيس البلدية جسرا.\nالتفاصيل\nكلف الجسر مليونا & نصفا.",
                "summary": "ملخص.",
                "date": "20260303T090000Z",
                "source": "وكالة المرفأ",
                "language": "ar",
                "keywords": ["جسور", "مدن"],
                "byline": "كتب علي",
                "dateline": "المرفأ",
            },
        )
    ]


def test_the_form_of_a_newspaper_archive():
    text = """<nitf><head><title>Bridge Opens</title><docdata><doc-id id-string="1"/></docdata>
      <pubdata date.publication="20070101T000000" ex-ref="https://post.example/1" name="The Post"/></head>
      <body><body.head><hedline><hl1>Bridge Opens in Town</hl1></hedline></body.head><body.content>
      <block class="lead_paragraph"><p>The mayor came.</p></block>
      <block class="full_text"><p>The mayor came.</p><p>She spoke.</p></block></body.content></body></nitf>"""
    assert items_of(text) == [
        (
            1,
            {
                "id": "1",
                "title": "Bridge Opens in Town",
                "text": "The mayor came.\nShe spoke.",
                "date": "20070101T000000",
                "url": "https://post.example/1",
                "source": "The Post",
            },
        )
    ]


@pytest.mark.parametrize(
    ("head", "body_head", "field", "value"),
    [
        ('<docdata><date.release norm="20260304"/></docdata>', "", "date", "20260304"),
        ("", '<dateline><story.date norm="20260305"/></dateline>', "date", "20260305"),
        ('<docdata><doc-id regsrc="Wire"/></docdata>', "", "source", "Wire"),
        ("", "<distributor>The <org>Wire</org></distributor>", "source", "The Wire"),
        ("", "<rights><rights.owner>Owner</rights.owner></rights>", "source", "Owner"),
        ("<title>Only here</title>", "", "title", "Only here"),
        ("", "<hedline>Bare</hedline>", "title", "Bare"),
    ],
)
def test_the_other_places_of_a_field(head, body_head, field, value):
    ((_, row),) = items_of(f"<nitf><head>{head}</head><body><body.head>{body_head}</body.head></body></nitf>")
    assert row[field] == value


def test_several_articles_with_a_namespace_below_another_root():
    one = (
        '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content><p>{}</p></body.content></body></nitf>'
    )
    assert [row for _, row in items_of(f"<all>{one.format(1)}{one.format(2)}</all>")] == [{"text": "1"}, {"text": "2"}]


def test_an_encoding_and_a_cut_are_seen():
    text = NITF.replace("UTF-8", "windows-1256").replace("</body.end></body></nitf>", "")
    (_, row), (line, fault) = items_of(text, "cp1256")
    assert row["title"] == "افتتاح جسر جديد"
    assert (line, fault.kind) == (13, "note")
