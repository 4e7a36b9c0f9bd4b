"""What to read next as the blocks of a news page: one article to read also, two related titles, ten similar ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sada.cluster.recommendation.pipeline import Related
from sada.cluster.recommendation.preferences import Preferences
from sada.cluster.recommendation.recommender import related
from sada.indexes.search.filters import Filter

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

RELATED, SIMILAR = 2, 10
SHOWN = 1 + RELATED + SIMILAR
"""How many articles a page shows."""
_EVERY = Filter()
_ANY = Preferences()


@dataclass(frozen=True, slots=True)
class RelatedPage:
    """The blocks of a news page below an article; those for which there is no article are empty.

    >>> page = related_page(index, ["ar-001", "ar-063"])
    >>> page.related[0].rank, page.to_dict()["language"]
    (2, 'ar')

    Attributes:
        language: of the article read last, a code, or empty if it is not known; headings go by it.
        read_also: the best recommendation, to be shown whole; None if there is none.
        related: the next two, best first.
        similar: the next ten, best first.
    """

    language: str
    read_also: Related | None
    related: tuple[Related, ...]
    similar: tuple[Related, ...]

    @classmethod
    def of(cls, found: Sequence[Related], language: str) -> RelatedPage:
        """The blocks of some recommendations, best first; of more than ``SHOWN`` the first."""
        return cls(language, next(iter(found), None), tuple(found[1 : 1 + RELATED]), tuple(found[1 + RELATED : SHOWN]))

    def to_dict(self) -> dict[str, Any]:
        """The page as plain values, each article as :meth:`Related.to_dict` gives it."""
        return {
            "language": self.language,
            "read_also": None if self.read_also is None else self.read_also.to_dict(),
            "related": [item.to_dict() for item in self.related],
            "similar": [item.to_dict() for item in self.similar],
        }


def related_page(
    index: NewsIndex,
    read: str | Sequence[str],
    *,
    exclude: Collection[str] = (),
    filters: Filter = _EVERY,
    preferences: Preferences = _ANY,
) -> RelatedPage:
    """What a reader of some articles would want next, as the blocks of a page.

    The arguments and errors are those of :func:`~sada.cluster.recommendation.recommender.related`.

    >>> page = related_page(index, "ar-063")
    >>> page.language, page.read_also.article.id, len(page.related), len(page.similar)
    ('ar', 'ar-064', 2, 10)
    """
    ids = [read] if isinstance(read, str) else list(read)
    found = related(index, ids, SHOWN, exclude=exclude, filters=filters, preferences=preferences)
    return RelatedPage.of(found, index.get(ids[-1]).language)
