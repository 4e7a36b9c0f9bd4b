"""Copies in another spelling."""

from __future__ import annotations

import pytest

from sada.cluster import explain, find_copies
from sada.indexes import NewsIndex
from sada.indexes.article import Article

GERMAN = (
    "Der Energieminister von Sandara sagte am Montag, die nördlichen Stauseen seien gefüllt und die Wasserversorgung"
    " der Dörfer beginne nächste Woche. Außerdem würden größere Maßnahmen für die Bevölkerung geprüft. Über vierzig"
    " Prozent der Rohre müssten ersetzt werden, die Häuser verbrauchten mehr Wasser als früher."
)
SPELT = GERMAN.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ü": "Ue", "ß": "ss"}))


def pair(one: str = GERMAN, other: str = SPELT, title: str = "Wasser") -> list[Article]:
    return [Article("a", title, one, source="A"), Article("b", title, other, source="B")]


@pytest.mark.parametrize("options", [{}, {"lowest": 0.8}, {"cohesion": "chain"}, {"containment": None}])
def test_a_text_in_another_spelling_is_a_copy(options):
    copies = find_copies(pair(), **options)
    kept, member = copies.groups[0].members
    assert (kept.id, member.id, member.kind, member.jaccard) == ("a", "b", "near (respelt)", 1.0)
    assert [(one.a, one.b, one.jaccard) for one in copies.groups[0].evidence] == [("a", "b", 1.0)]
    assert copies.dropped() == {1} and copies.rethreshold(0.95).dropped() == {1}


def test_other_figures_are_another_text():
    assert find_copies(pair(f"{GERMAN} 5 Dörfer", f"{SPELT} 6 Doerfer")).dropped() == set()


def test_copies_of_a_copy_in_another_spelling_are_one_group(prose):
    """Two spellings, each with a copy by words."""
    articles = [*pair(), Article("c", "Wasser", f"{SPELT} Das war es.")]
    groups = find_copies(articles).groups
    assert {member.id for member in groups[0].members} >= {"a", "b"}


def test_an_index_finds_what_files_do(tmp_path):
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(pair()[:1])
        index.add([Article("x", "Else", "Nothing of the kind was said by anyone in the valley."), pair()[1]])
        assert find_copies(index).group_of("a").members[1].kind == "near (respelt)"
        index.compact()
        assert find_copies(index).group_of("a").members[1].kind == "near (respelt)"
        found = explain(index, "a", "b")
    assert found.verdict == "copy" and found.copy["grounds"] == "respelt"
    assert found.copy["would_change"] == ["They are copies because their letters, whatever the spelling, reach 1.000."]


def test_articles_against_an_index_are_found_in_another_spelling(prose, tmp_path):
    others = [Article(f"x{at}", prose.text(8), prose.text(60)) for at in range(9)]
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add([*others[:3], pair()[0], others[3]])
        new = [*others[4:], pair()[1], others[0]]
        assert find_copies(new).against(index)[1] == {5: ("a", 1.0), 6: ("x0", 1.0)}
