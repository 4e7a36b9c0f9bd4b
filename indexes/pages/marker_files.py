"""Load files of markers: the words that mark the parts of scraped pages.

A file is a JSON object of languages, each an object of kinds, each a list of phrases; :mod:`sada.indexes.pages.markers`
describes kinds and phrases. A file extends the markers that Sada knows, unless it has ``"extends": false`` beside its
languages.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sada.indexes.errors import InputError
from sada.indexes.pages.markers import GAP, KINDS, Markers, Phrases
from sada.indexes.parsing.tables import read_table

_HOME = Path(__file__).parents[1] / "data" / "page_markers.json"


def load_markers(path: str | Path | None = None) -> Markers:
    """Load the markers that Sada knows, extended or replaced by those of a file.

    Raises:
        InputError: if the file cannot be read, or is not a file of markers.
    """
    return _known() if path is None else Markers(_read(Path(path)))


@cache
def _known() -> Markers:
    return Markers(json.loads(_HOME.read_bytes()))


def _read(path: Path) -> Phrases:
    given, extends = read_table(path, "an object of languages, kinds and phrases", '{"en": {"source": ["Source"]}}')
    for language, kinds in given.items():
        _check(path, language, kinds)
    known: dict[str, Any] = dict(_known().phrases) if extends else {}
    # The phrases of the file come first: if Sada knows one of them as another kind, the kind in the file counts.
    return {f"{path} {language}": kinds for language, kinds in given.items()} | known


def _check(path: Path, language: str, kinds: Any) -> None:
    if not isinstance(kinds, dict):
        raise InputError(f'{path}: "{language}" is not an object; write {{"source": ["Source"]}} there')
    for kind, phrases in kinds.items():
        if kind not in KINDS:
            raise InputError(f'{path}: "{language}" has the kind "{kind}"; there are {", ".join(KINDS)}')
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
            raise InputError(f'{path}: "{kind}" of "{language}" is not a list of texts; write ["{kind.title()}"]')
        empty = next((phrase for phrase in phrases if not any(map(str.isalnum, phrase.replace("©", "c")))), None)
        if empty is not None:
            raise InputError(f'{path}: "{kind}" of "{language}" has a phrase without a word: "{empty}"; leave it out')
        if kind != "other" and any(GAP in phrase for phrase in phrases):
            raise InputError(f'{path}: "{kind}" of "{language}" has a phrase with "{GAP}"; only "other" may have it')
