"""The programs of docs/recipes.md, each run on a small invented input of its form."""

from __future__ import annotations

import bz2
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sada.cli.main import main
from sada.indexes.errors import InputError
from sada.indexes.index import NewsIndex
from sada.indexes.parsing.recipes import RECIPES
from sada.indexes.reading.readers import read_articles

PAGE = Path(__file__).parent.parent / "docs" / "recipes.md"
PROGRAMS = dict(re.findall(r"<!-- recipe: (\S+) -->\n```\w+\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))

EVENT = ["1234567", "20260303", "202603", "2026", "2026.1726", *["x"] * 51]
GKG = ["20260303091500-0", "20260303091500", "1", "wire.example", "https://wire.example/1", *[""] * 21]
SGML = """<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="1">
<DATE> 3-MAR-1987 15:01:01.79</DATE><TOPICS><D>bridge</D></TOPICS><PLACES></PLACES>
<UNKNOWN>&#5;&#5;</UNKNOWN>
<TEXT>&#2;<TITLE>BRIDGE OPENS &lt;BRG&gt;</TITLE><DATELINE>    EXAMPLE, March 3 - </DATELINE>
<BODY>The mayor opened a bridge.\x03</BODY></TEXT></REUTERS>
<REUTERS TOPICS="NO" NEWID="2"><DATE> 4-MAR-1987 10:00:00.00</DATE><TOPICS></TOPICS>
<TEXT><TITLE>CUP FINAL</TITLE><BODY>Harbour won.</BODY></TEXT></REUTERS>
"""
RCV1 = """<?xml version="1.0" encoding="iso-8859-1" ?>
<newsitem itemid="2286" id="root" date="2026-03-03" xml:lang="en"><title>EXAMPLE: Bridge</title>
<headline>Bridge opens in Example city.</headline>
<text><p>The mayor opened a bridge.</p><p>It took three years.</p></text></newsitem>
"""
WIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" xml:lang="ar"><siteinfo>
<sitename>ويكي الأخبار</sitename><base>https://ar.wiki.example/wiki/Main</base></siteinfo>
<page><title>افتتاح جسر جديد</title><ns>0</ns><id>1</id><revision><id>2</id><timestamp>2026-03-05T09:00:00Z</timestamp>
<text xml:space="preserve">{{تاريخ|3 مارس 2026}} افتتح رئيس البلدية '''[[جسر|جسرا]]''' جديدا.
[[ملف:جسر.jpg|تصغير|[[جسر]]]]
== مصادر ==
* [https://x.example المصدر]</text></revision></page>
<page><title>نقاش</title><ns>1</ns><id>3</id><revision><timestamp>2026-03-05T09:00:00Z</timestamp><text>x</text></revision></page>
<page><title>قديم</title><ns>0</ns><id>5</id><redirect title="y" /><revision><text>#REDIRECT</text></revision></page>
<page><title>فوز الميناء</title><ns>0</ns><id>7</id><revision><timestamp>2026-03-04T09:00:00Z</timestamp>
<text>فاز الميناء.</text></revision></page></mediawiki>"""
FACTIVA = """<html><head><title>Factiva</title></head><body>
<div class="article enArticle"><p><b>Bridge opens</b></p><div>120 words</div><div>3 March 2026</div><div>09:15</div>
<div>Example Wire</div><div>EXWIRE</div><p>The mayor opened a bridge.</p><p>It took <b>three</b> years.</p>
<p>Document EXWIRE0020260303em33</p></div>
<div class="article arArticle"><p><span class="enHeadline">فوز الميناء</span></p><div>4 March 2026</div>
<div>صحيفة المثال</div><p>فاز الميناء.</p></div></body></html>"""
RTF = (
    r"{\rtf1\ansi\deff0 {\fonttbl{\f0 Arial;}}\f0 HD \b Bridge\b0  opens\par WC 120 words\par PD 3 March 2026\par"
    r" SN Example Wire\par LA English\par LP The mayor opened a caf\'e9.\par TD It took {\i three} years.\par"
    r" AN Document EX1\par HD \u1601?\u1608?\u1586?\par PD 4 March 2026\par SN Wire\par LP Harbour won.\par}"
)
NEXIS_OLD = """
                               1 of 2 DOCUMENTS

                                  Example Wire

                             March 3, 2026 Tuesday

Bridge opens

BYLINE: By Nobody

LENGTH: 120 words

The mayor opened a bridge.

LOAD-DATE: March 4, 2026

                               2 of 2 DOCUMENTS

                                  Example Post

                                  4 March 2026

Cup final

LENGTH: 90 words

Harbour won.
"""
NEXIS_NEW = [
    *("Bridge opens", "Example Wire", "March 3, 2026 Tuesday", "Copyright 2026 Example Wire", "Section: NEWS; Pg. 1"),
    *("Length: 120 words", "Body", "The mayor opened a bridge.", "It took three years.", "Load-Date: March 4, 2026"),
    *("End of Document", "Cup final", "Example Post", "4 March 2026", "Body", "Harbour won.", "End of Document"),
]


def docx(lines):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile("input", "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
    return Path("input").read_bytes()


def zipped(name, text):
    with zipfile.ZipFile("input", "w") as archive:
        archive.writestr(name, text.encode("latin-1"))
    return Path("input").read_bytes()


def events():
    urls = ["https://wire.example/2026/03/bridge-opens-in-example-city.html", "https://wire.example/2"]
    lines = [
        [*EVENT, day, url] for day, url in zip(["20260303"] * 2 + ["20260304091500"], [urls[0], *urls], strict=True)
    ]
    return "\n".join("\t".join(line) for line in lines).encode()


CASES = {
    "gdelt_events.py": (
        "a.CSV",
        events,
        [
            ("bridge opens in example city", "", "2026-03-03 00:00", "wire.example", ""),
            ("https://wire.example/2", "", "2026-03-04 09:15", "wire.example", ""),
        ],
    ),
    "gdelt_gkg.py": (
        "a.csv",
        lambda: "\t".join([*GKG, "<PAGE_TITLE>Bridge &amp; city</PAGE_TITLE>"]).encode(),
        [("Bridge & city", "", "2026-03-03 09:15", "wire.example", "")],
    ),
    "reuters.py": (
        "reut2-000.sgm",
        lambda: SGML.encode("latin-1"),
        [
            ("BRIDGE OPENS <BRG>", "The mayor opened a bridge.", "1987-03-03 15:01", "Reuters", "en"),
            ("CUP FINAL", "Harbour won.", "1987-03-04 10:00", "Reuters", "en"),
        ],
    ),
    "rcv1.py": (
        "19960820.zip",
        lambda: zipped("2286newsML.xml", RCV1),
        [
            (
                "Bridge opens in Example city.",
                "The mayor opened a bridge.\n\nIt took three years.",
                "2026-03-03 00:00",
                "Reuters",
                "en",
            )
        ],
    ),
    "mediawiki.py": (
        "w.xml.bz2",
        lambda: bz2.compress(WIKI.encode()),
        [
            (
                "افتتاح جسر جديد",
                "افتتح رئيس البلدية جسرا جديدا.\n\nمصادر\n* المصدر",
                "2026-03-03 00:00",
                "ويكي الأخبار",
                "",
            ),
            ("فوز الميناء", "فاز الميناء.", "2026-03-04 09:00", "ويكي الأخبار", ""),
        ],
    ),
    "factiva_html.py": (
        "a.html",
        lambda: FACTIVA.encode(),
        [
            (
                "Bridge opens",
                "EXWIRE\n\nThe mayor opened a bridge.\n\nIt took three years.",
                "2026-03-03 00:00",
                "Example Wire",
                "",
            ),
            ("فوز الميناء", "فاز الميناء.", "2026-03-04 00:00", "صحيفة المثال", ""),
        ],
    ),
    "factiva_rtf.py": (
        "a.rtf",
        lambda: RTF.encode(),
        [
            (
                "Bridge opens",
                "The mayor opened a café.\n\nIt took three years.",
                "2026-03-03 00:00",
                "Example Wire",
                "en",
            ),
            ("فوز", "Harbour won.", "2026-03-04 00:00", "Wire", ""),
        ],
    ),
    "nexis.py": (
        "a.txt",
        lambda: NEXIS_OLD.encode(),
        [
            ("Bridge opens", "The mayor opened a bridge.", "2026-03-03 00:00", "Example Wire", ""),
            ("Cup final", "Harbour won.", "2026-03-04 00:00", "Example Post", ""),
        ],
    ),
    "nexis.py ": (
        "a.docx",
        lambda: docx(NEXIS_NEW),
        [
            (
                "Bridge opens",
                "The mayor opened a bridge.\n\nIt took three years.",
                "2026-03-03 00:00",
                "Example Wire",
                "",
            ),
            ("Cup final", "Harbour won.", "2026-03-04 00:00", "Example Post", ""),
        ],
    ),
}


def values(article):
    return (article.title, article.text, str(article.published)[:16], article.source, article.language)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", CASES)
def test_a_recipe_gives_the_articles(name):
    path, data, expected = CASES[name]
    Path(path).write_bytes(data())
    Path("recipe.py").write_text(PROGRAMS[name.strip()], encoding="utf-8")
    done = subprocess.run([sys.executable, "recipe.py", path], capture_output=True, check=True)
    assert done.stderr == b""
    Path("out.jsonl").write_bytes(done.stdout)
    assert [values(article) for article in read_articles("out.jsonl")] == expected


def test_the_names_of_zotero_are_given_as_options():
    Path("zotero.csv").write_text(
        '"Key","Item Type","Author","Title","Publication Title","Url","Abstract Note","Date"\n'
        '"AB12","newspaperArticle","","Bridge opens","Example Wire","https://x.example/1","The mayor.","2026-03-03"\n',
        encoding="utf-8-sig",
    )
    assert main([*shlex.split(PROGRAMS["zotero.sh"])[1:], "--encoder", "none"]) == 0
    with NewsIndex.open("news.sada") as index:
        (article,) = index
        assert values(article)[:4] == ("Bridge opens", "The mayor.", "2026-03-03 00:00", "Example Wire")
        assert (article.id, article.url) == ("AB12", "https://x.example/1")


ZOTERO = '<rdf:RDF xmlns:rdf="x" xmlns:z="http://www.zotero.org/namespaces/export#"></rdf:RDF>'


@pytest.mark.parametrize(
    ("name", "data", "export"),
    [
        ("a.sgm", lambda: SGML.encode("latin-1"), "lewis"),
        ("a.sgm", lambda: SGML.partition("\n")[2].encode("latin-1"), "REUTERS"),
        ("a.xml", lambda: RCV1.encode(), "newsitem"),
        ("a.xml.bz2", lambda: bz2.compress(WIKI.encode()), "mediawiki"),
        ("a.html", lambda: FACTIVA.encode(), "factiva"),
        ("a.html", lambda: FACTIVA.replace("<title>Factiva</title>", "").encode(), "factiva"),
        ("a.rtf", lambda: RTF.encode(), "rtf"),
        ("a.txt", lambda: RTF.encode(), "rtf"),
        ("a.txt", lambda: NEXIS_OLD.encode(), "nexis"),
        ("a.ris", lambda: b"TY  - NEWS\nTI  - x\nER  - \n", "ris"),
        ("a.docx", lambda: docx(NEXIS_NEW), "docx"),
        ("a.export.CSV", events, "gdelt"),
        ("a.gkg.csv", CASES["gdelt_gkg.py"][1], "gdelt_gkg"),
        ("a.rdf", lambda: ZOTERO.encode(), "zotero"),
    ],
)
def test_the_error_about_what_is_not_read_names_its_recipe(name, data, export):
    Path(name).write_bytes(data())
    kind, anchor = RECIPES[export]
    with pytest.raises(InputError) as caught:
        read_articles(name)
    assert str(caught.value).startswith(f"{name}: {kind}")
    assert f"which is not read (a program turns it into JSON Lines: docs/recipes.md#{anchor}" in str(caught.value)


def test_an_article_about_an_export_is_none():
    for name, data in [
        ("a.html", "<title>Factiva buys a rival</title><p>It did.</p>"),
        ("a.txt", "1 of 2 documents\n\nx"),
    ]:
        Path(name).write_text(data)
        assert len(list(read_articles(name))) == 1


def test_every_recipe_is_tested_and_every_error_names_one():
    assert set(PROGRAMS) == {name.strip() for name in CASES} | {"zotero.sh"}
    headings = re.findall(r"(?m)^## (.+)$", PAGE.read_text("utf-8"))
    anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}
    assert {anchor for _, anchor in RECIPES.values()} <= anchors
