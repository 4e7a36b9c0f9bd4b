"""Exports that are not read: how they are known, and which recipe turns them into JSON Lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

RECIPES = {
    "newsitem": ("a news item of Reuters (RCV1)", "rcv1-and-rcv2"),
    "REUTERS": ("SGML of Reuters-21578", "reuters-21578"),
    "lewis": ("SGML of Reuters-21578", "reuters-21578"),
    "mediawiki": ("a MediaWiki dump", "mediawiki"),
    "rtf": ("rich text (RTF)", "factiva"),
    "factiva": ("a page of articles from Factiva", "factiva"),
    "nexis": ("articles from Nexis", "nexis"),
    "docx": ("a Word document", "nexis"),
    "gdelt": ("a table of GDELT", "gdelt-events"),
    "gdelt_gkg": ("a table of GDELT", "gdelt-articles"),
    "zotero": ("a library of Zotero", "zotero"),
    "ris": ("a list of references (RIS)", "zotero"),
}
"""What each export is called, and the heading of its recipe in ``docs/recipes.md``, by a root element or a name."""

_RICH_TEXT = re.compile(r"\s*\{\\rtf")
_OF_REFERENCES = re.compile(r"\ufeff?\s*TY  - ")
_OF_NEXIS = re.compile(r"\s*1 of \d+ DOCUMENTS?\s*\n")
_OF_FACTIVA = re.compile(
    r"""<title>\s*Factiva\s*</title>|<(?:div|td)\b[^>]*\bclass\s*=\s*["'](?:article )?(?:en|ar|fr|de|es)Article\b""",
    re.I,
)
_ZOTERO = re.compile(r"xmlns:z\s*=\s*[\"']http://www\.zotero\.org/")
_GKG_COLUMNS = 27
_GDELT_COLUMNS = (57, 58, 61, _GKG_COLUMNS)
_GDELT_FIRST = re.compile(r"\d+|\d{14}-T?\d+")
_GDELT_DAY = re.compile(r"\d{8}|\d{14}")


def recipe_refusal(export: str, known_by: str = "") -> str:
    """The reason to report for an export of :data:`RECIPES`.

    Args:
        export: its name there.
        known_by: what in it shows this, as ``root element <mediawiki>``.
    """
    kind, anchor = RECIPES[export]
    shown = f" ({known_by})" if known_by else ""
    return f"{kind}{shown}, which is not read (a program turns it into JSON Lines: docs/recipes.md#{anchor})"


def export_refusal(text: str) -> str | None:
    """The reason to report for the start of a text, page or table that is such an export; None for another text."""
    if _RICH_TEXT.match(text):
        return recipe_refusal("rtf")
    if _OF_NEXIS.match(text):
        return recipe_refusal("nexis")
    if _OF_REFERENCES.match(text):
        return recipe_refusal("ris")
    cells = text.partition("\n")[0].split("\t")
    if _is_gdelt(cells):
        return recipe_refusal("gdelt_gkg" if len(cells) == _GKG_COLUMNS else "gdelt")
    return recipe_refusal("factiva") if _OF_FACTIVA.search(text) else None


def is_zotero(text: str) -> bool:
    """True for the start of RDF that Zotero wrote."""
    return _ZOTERO.search(text) is not None


def _is_gdelt(cells: Sequence[str]) -> bool:
    """True for a row of a table of GDELT, which has no header."""
    return (
        len(cells) in _GDELT_COLUMNS
        and _GDELT_FIRST.fullmatch(cells[0]) is not None
        and _GDELT_DAY.fullmatch(cells[1]) is not None
    )
