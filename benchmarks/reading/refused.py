"""Files that are not read, and must be refused in one line that says what to do."""

from __future__ import annotations

import io
import pickle
import zipfile

from reading.kind import Kind
from reading.stories import escaped

_SGML = (
    '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS TOPICS="NO" NEWID="1"><DATE>26-FEB-1987</DATE>'
    "<TEXT>x</TEXT></REUTERS>"
)


_GDELT = "\t".join(["1190123456", "20240714", "202407", "2024", "2024.5288", *[""] * 55, "https://x.example/1"]) + "\n"


def _docx() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<w:document/>")
    return data.getvalue()


def _refused(name: str, file: str, content: str | bytes, seen: str = "") -> Kind:
    return Kind(name, file, lambda stories: content, "", seen=seen, refused=True)


KINDS = [
    _refused("Reuters-21578", "reut2-000.sgm", _SGML,
             "https://archive.ics.uci.edu/dataset/137/reuters+21578+text+categorization+collection"),
    _refused("RCV1", "2286newsML.xml", '<?xml version="1.0" encoding="iso-8859-1" ?>\n<newsitem itemid="2286" '
             'date="1996-08-20" xml:lang="en"><title>x</title><text><p>y</p></text></newsitem>',
             "https://trec.nist.gov/data/reuters/reuters.html"),
    _refused("MediaWiki dump", "wikinews.xml", '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" '
             'xml:lang="ar"><page><title>x</title></page></mediawiki>',
             "https://www.mediawiki.org/wiki/Help:Export"),
    _refused("TREC", "la010189.xml", "<DOC>\n<DOCNO> LA010189-0001 </DOCNO>\n<TEXT>x</TEXT>\n</DOC>\n"),
    _refused("TEI", "a.xml", '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><p>x</p></body></text></TEI>'),
    _refused("OPML", "feeds.opml", '<?xml version="1.0"?><opml version="2.0"><body><outline text="x"/></body></opml>'),
    _refused("other XML", "a.xml", f"<catalogue><thing>{escaped('<x>')}</thing></catalogue>"),
    _refused("a sitemap without news", "sitemap.xml", '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/'
             'schemas/sitemap/0.9"><url><loc>https://x.example/</loc></url></urlset>'),
    _refused("GDELT events", "20240714090000.export.CSV", _GDELT * 2,
             "http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf"),
    _refused("Factiva", "factiva.rtf", r"{\rtf1\ansi\deff0 HD Bridge opens\par WC 120 words\par}"),
    _refused("Nexis", "nexis.docx", _docx()),
    _refused("PDF", "page.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    _refused("Zotero", "zotero.ris", "TY  - NEWS\nTI  - Bridge opens\nDA  - 2024/07/14\nER  - \n"),
    _refused("pickle", "july.pkl", pickle.dumps([{"title": "x", "text": "y"}])),
    _refused("a headerless CSV", "july.csv", "Sport;'Der Sieg; ein Bericht: \"endlich\"'\nWeb;'Neues'\n"),
    _refused("an answer that is an error", "july.json", '{"status": "error", "code": "x", "message": "No such key."}'),
    _refused("an empty file", "july.jsonl", ""),
]  # fmt: skip
