from __future__ import annotations

import pytest

from sada.indexes.parsing.faults import Fault
from sada.indexes.wire.newsml import newsml_rows

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
META = """<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:PORT"><name>Port Agency</name></provider>
  <versionCreated>2026-03-03T11:00:00+02:00</versionCreated><firstCreated>2026-03-03T10:00:00+02:00</firstCreated>
  </itemMeta><contentMeta><contentCreated>2026-03-03T08:00:00Z</contentCreated><by>By Ali</by>
  <language tag="en"/><keyword>bridge</keyword><subject qcode="medtop:1"><name xml:lang="en">town</name>
  <name xml:lang="de">Stadt</name></subject><slugline>BRIDGE</slugline>
  <headline xml:lang="de">Brücke offen</headline><headline xml:lang="en">Bridge
  opens</headline><description role="drol:summary">Short.</description></contentMeta>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
  <head><title>Bridge opens</title></head><body><h1>Bridge opens</h1><p>The mayor came.</p><p>She &amp; he spoke.</p>
  </body></html></inlineXML>"""
NITF = """<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body>
  <body.head><hedline><hl1>From NITF</hl1></hedline></body.head><body.content><p>The mayor came.</p></body.content>
  </body></nitf></inlineXML>"""


def item(meta: str = META, content: str = XHTML, guid: str = "urn:1") -> str:
    inside = f"{meta}<contentSet>{content}</contentSet>"
    return f'<newsItem {NAR} guid="{guid}" version="2" xml:lang="en-US">{inside}</newsItem>'


def items_of(text: str):
    pytest.importorskip("lxml")
    return list(newsml_rows([text.encode()]))


def row_of(text: str):
    ((_, row),) = items_of(text)
    return row


def test_a_news_item_gives_all_fields():
    assert row_of(item()) == {
        "id": "urn:1",
        "title": "Bridge opens",
        "text": "The mayor came.\nShe & he spoke.",
        "summary": "Short.",
        "date": "2026-03-03T10:00:00+02:00",
        "updated": "2026-03-03T11:00:00+02:00",
        "source": "Port Agency",
        "language": "en",
        "keywords": ["bridge", "town"],
        "byline": "By Ali",
        "slugline": "BRIDGE",
    }


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (NITF, "The mayor came."),
        ("<inlineData contenttype='text/plain'>The mayor\ncame.</inlineData>", "The mayor\ncame."),
        ("<inlineData contenttype='text/html'>&lt;p&gt;The mayor.&lt;/p&gt;</inlineData>", "<p>The mayor.</p>"),
        ("<inlineData><![CDATA[<p>R&amp;D</p>]]></inlineData>", "<p>R&amp;D</p>"),
        ("<inlineXML><p>One.</p><p>Two.</p></inlineXML>", "One.\nTwo."),
        ("<inlineXML><sports-content><stat>7</stat></sports-content></inlineXML>" + NITF, "The mayor came."),
        ("<inlineXML><nitf><body/></nitf></inlineXML><inlineData>Plain.</inlineData>", "Plain."),
        ("<remoteContent href='a.jpg'/>", None),
    ],
)
def test_the_text_in_its_forms(content, text):
    assert row_of(item(content=content)).get("text") == text


def test_what_the_metadata_lacks_is_taken_from_the_content():
    row = row_of(item("<itemMeta/><contentMeta/>", NITF))
    assert row == {"id": "urn:1", "title": "From NITF", "text": "The mayor came.", "language": "en-US"}


@pytest.mark.parametrize(
    ("meta", "outlet"),
    [
        ('<itemMeta><provider qcode="nprov:PORT"/></itemMeta>', "PORT"),
        ('<itemMeta><provider literal="port.example"/></itemMeta>', "port.example"),
        ('<itemMeta><provider uri="https://port.example"/></itemMeta>', "https://port.example"),
        (
            '<itemMeta><provider uri="https://x.example"/></itemMeta><contentMeta><infoSource><name>Wire</name></infoSource>'
            "</contentMeta>",
            "Wire",
        ),
        ("<rightsInfo><copyrightHolder><name>Owner</name></copyrightHolder></rightsInfo>", "Owner"),
    ],
)
def test_the_outlet_in_its_places(meta, outlet):
    assert row_of(item(meta))["source"] == outlet


@pytest.mark.parametrize(
    ("meta", "date"),
    [
        ("<itemMeta><versionCreated>2026-03-03T11:00:00Z\n </versionCreated></itemMeta>", "2026-03-03T11:00:00Z"),
        ("<contentMeta><contentCreated>2026-03-03</contentCreated></contentMeta>", "2026-03-03"),
    ],
)
def test_the_date_in_its_places(meta, date):
    row = row_of(item(meta))
    assert (row["date"], "updated" in row) == (date, False)


def test_a_message_gives_its_news_items_and_counts_the_others():
    package, concept = f'<packageItem {NAR} guid="urn:p"/>', f'<conceptItem {NAR} guid="urn:c"/>'
    message = f"""<?xml version="1.0"?>\n<newsMessage {NAR}><header><sent>2026-03-03T12:00:00Z</sent></header><itemSet>
{item(guid="urn:1")}{package}
{item(guid="urn:2")}{package}{concept}</itemSet></newsMessage>"""
    (first, one), (second, two), (_, note) = items_of(message)
    assert (first, one["id"], second, two["id"]) == (3, "urn:1", 12, "urn:2")
    assert note == Fault("note", "passed over 2 packageItem, 1 conceptItem (no articles, but lists, concepts or plans)")


def test_newsml_1():
    part = (
        "<NewsComponent><Role FormalName='{}'/><ContentItem><DataContent>{}</DataContent></ContentItem></NewsComponent>"
    )
    text = f"""<NewsML Version="1.2"><NewsEnvelope/><NewsItem><Identification><NewsIdentifier>
      <ProviderId>port.example</ProviderId><DateId>20260303</DateId><NewsItemId>7</NewsItemId>
      <PublicIdentifier>urn:newsml:port.example:20260303:7:1</PublicIdentifier></NewsIdentifier></Identification>
      <NewsManagement><FirstCreated>20260303T100000+0300</FirstCreated>
      <ThisRevisionCreated>20260303T110000+0300</ThisRevisionCreated></NewsManagement>
      <NewsComponent xml:lang="ar"><NewsLines><HeadLine>افتتاح جسر</HeadLine><ByLine>علي</ByLine>
      <DateLine>المرفأ</DateLine><KeywordLine>جسور</KeywordLine></NewsLines>
      <AdministrativeMetadata><Provider><Party FormalName="Port"/></Provider></AdministrativeMetadata>
      <DescriptiveMetadata><Language FormalName="ar"/></DescriptiveMetadata>
      {part.format("StyleSheet", "p {}")}{part.format("HeadLine", "<p>افتتاح جسر</p>")}
      {part.format("Body", "<nitf><body><body.content><p>افتتح رئيس البلدية جسرا.</p></body.content></body></nitf>")}
      </NewsComponent></NewsItem></NewsML>"""
    assert items_of(text) == [
        (
            1,
            {
                "id": "urn:newsml:port.example:20260303:7:1",
                "title": "افتتاح جسر",
                "text": "افتتح رئيس البلدية جسرا.",
                "date": "20260303T100000+0300",
                "updated": "20260303T110000+0300",
                "source": "Port",
                "language": "ar",
                "keywords": ["جسور"],
                "byline": "علي",
                "dateline": "المرفأ",
            },
        )
    ]
