"""Articles, the index that stores them, and search.

In the examples of the docstrings, ``articles`` is the list of articles of the shipped sample, and ``index`` an open
index of them, without encoder, whose stories are found:

    articles = sample_articles()
    index = NewsIndex.create("sample.sada", encoder=None)
    index.add(articles)
    sada.cluster.find_stories(index)
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeGuard

from sada.indexes import errors
from sada.indexes.article import Article
from sada.indexes.names import lazy_names

if TYPE_CHECKING:
    from sada.indexes.boilerplate.lines import BoilerplateLine
    from sada.indexes.bridge import like_sketch, to_lsh
    from sada.indexes.encoders.encoder import Encoder
    from sada.indexes.encoders.loading import load_encoder
    from sada.indexes.fields.plans import FieldMap
    from sada.indexes.handle.boilerplate_store import BoilerplateReport
    from sada.indexes.handle.linked_titles import linked_titles
    from sada.indexes.index import NewsIndex
    from sada.indexes.minhash.sketches import sketch, to_datasketch
    from sada.indexes.pages.segmentation import segment_page
    from sada.indexes.reading.readers import read_articles
    from sada.indexes.sample import sample_articles
    from sada.indexes.search.copies import Neighbour
    from sada.indexes.search.filters import Filter
    from sada.indexes.search.options import QueryOptions
    from sada.indexes.text.tokens import shingles, tokens
    from sada.indexes.upkeep.backup import BackupReport
    from sada.indexes.upkeep.findings import Finding
    from sada.indexes.version import __version__ as __version__
    from sada.indexes.writing.compaction import CompactReport
    from sada.indexes.writing.reencode import ReencodeReport
    from sada.indexes.writing.writer import AddReport

__all__ = [
    "AddReport",
    "Article",
    "BackupReport",
    "BoilerplateLine",
    "BoilerplateReport",
    "CompactReport",
    "Encoder",
    "FieldMap",
    "Filter",
    "Finding",
    "Neighbour",
    "NewsIndex",
    "QueryOptions",
    "ReencodeReport",
    "errors",
    "is_open_index",
    "like_sketch",
    "linked_titles",
    "load_encoder",
    "read_articles",
    "sample_articles",
    "segment_page",
    "shingles",
    "sketch",
    "to_datasketch",
    "to_lsh",
    "tokens",
]

_HOMES = {
    "__version__": "version",
    "AddReport": "writing.writer",
    "BackupReport": "upkeep.backup",
    "BoilerplateLine": "boilerplate.lines",
    "BoilerplateReport": "handle.boilerplate_store",
    "CompactReport": "writing.compaction",
    "Encoder": "encoders.encoder",
    "FieldMap": "fields.plans",
    "Filter": "search.filters",
    "Finding": "upkeep.findings",
    "Neighbour": "search.copies",
    "NewsIndex": "index",
    "QueryOptions": "search.options",
    "ReencodeReport": "writing.reencode",
    "like_sketch": "bridge",
    "linked_titles": "handle.linked_titles",
    "load_encoder": "encoders.loading",
    "read_articles": "reading.readers",
    "sample_articles": "sample",
    "segment_page": "pages.segmentation",
    "shingles": "text.tokens",
    "sketch": "minhash.sketches",
    "to_datasketch": "minhash.sketches",
    "to_lsh": "bridge",
    "tokens": "text.tokens",
}


def is_open_index(source: object) -> TypeGuard[NewsIndex]:
    """Tell whether ``source`` is a :class:`NewsIndex`, without importing what defines it.

    >>> is_open_index(index), is_open_index(articles)
    (True, False)
    """
    module = sys.modules.get("sada.indexes.index")
    return module is not None and isinstance(source, module.NewsIndex)


if not TYPE_CHECKING:  # a type checker would take any name for one of this package
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
