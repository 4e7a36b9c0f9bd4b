"""Short texts with equal skeletons that are two texts, and those that are one."""

from __future__ import annotations

import pytest

from sada.cluster import find_copies
from sada.cluster.likeness.merged_letters import are_told_apart
from sada.indexes.article import Article
from sada.indexes.minhash.skeletons import skeleton

TWO = {
    "urdu yeh barree": ("لڑکے نے شہر میں خبر دی", "لڑکی نے شہر میں خبر دی"),
    "urdu noon ghunna": ("ماں نے شہر میں خبر دی", "مان نے شہر میں خبر دی"),
    "kazakh qaf": ("Қол қою рәсімі өтті бүгін", "Кол қою рәсімі өтті бүгін"),
    "ukrainian ghe": ("Ґрати міста сьогодні вранці тут", "Грати міста сьогодні вранці тут"),
    "plus or minus": ("Error of ±5 points in Harun", "Error of 5 points in Harun"),
    "negative power": ("Dose of 10⁻³ grams in Harun", "Dose of 10³ grams in Harun"),
}
ONE = {
    "urdu yeh throughout": ("لڑکے نے شہر میں خبر دی", "لڑکی نی شہر میں خبر دی"),
    "serbian scripts": ("Северне бране су пуне воде", "Severne brane su pune vode"),
    "german umlauts": ("Größere Häuser für die Dörfer", "Groessere Haeuser fuer die Doerfer"),
    "chinese": ("北部水庫將向村莊供水的計劃", "北部水库将向村庄供水的计划"),
    "persian joiners": ("سدها پر می‌شوند در شمال", "سدها پر می شوند در شمال"),
}


@pytest.mark.parametrize(("one", "other"), TWO.values(), ids=TWO)
def test_short_texts_with_two_words_are_two(one, other):
    assert skeleton(one) == skeleton(other)
    assert are_told_apart(one, other) and are_told_apart(other, one)
    assert not find_copies([Article("a", one), Article("b", other)]).dropped()


@pytest.mark.parametrize(("one", "other"), ONE.values(), ids=ONE)
def test_short_texts_in_two_spellings_are_one(one, other):
    assert skeleton(one) == skeleton(other)
    assert not are_told_apart(one, other)
    assert find_copies([Article("a", one), Article("b", other)]).dropped() == {1}


def test_in_a_long_text_one_letter_is_a_slip(prose):
    text = f"{prose.text(60)} ({TWO['urdu yeh barree'][0]})"
    spaced = text.replace("(", "( ").replace(*(TWO["urdu yeh barree"][at].split()[0] for at in (0, 1)))
    assert find_copies([Article("a", "", text), Article("b", "", spaced)]).dropped() == {1}
