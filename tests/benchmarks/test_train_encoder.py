"""What the encoder is taught, on small planted collections."""

from __future__ import annotations

import lzma
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.train_encoder import examples, stirring, teachers
from benchmarks.train_encoder.examples import LEADS, PIVOT, Examples, e5_pivots, gather, held_out, own_texts
from benchmarks.train_encoder.judging import judge
from benchmarks.train_encoder.sources import Pair, Source, read_pairs
from benchmarks.train_encoder.stirring import add_stirred, stir
from benchmarks.train_encoder.vocabulary import LISTED, Chunks, balanced, count_words, homes_of, mixed, read_by_use
from sada.indexes.encoders.unigram import LONGEST_CHUNK, chunks

Taught = tuple[str, str, str, str]


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress("\n".join(lines).encode()))


def source(folder: str, order: bool = False, e5: int = 0) -> Source:
    return Source(folder, folder, "CC0 1.0", order=order, e5=e5)


def taught(found: Examples) -> set[Taught]:
    """(text, its pivot, its language, its source) of every example."""
    return {
        (found.texts[text], found.texts[pivot], language, name)
        for text, pivot, language, name in zip(found.text, found.pivot, found.language, found.source, strict=True)
    }


@pytest.fixture
def collections(tmp_path: Path) -> Path:
    """Pairs with English, pairs without, and words."""
    write(tmp_path / "news/ar-en.tsv.xz", "مرحبا\tHello there", "من\tX", "half a row")
    write(tmp_path / "news/en-fr.tsv.xz", 'Good "night\tBonne nuit')
    write(tmp_path / "others/de-fr.tsv.xz", "Gute Nacht\tBonne nuit", "Danke schön\tMerci bien")
    write(tmp_path / "others/ku-uz.tsv.xz", "spas dikim\trahmat katta")
    write(tmp_path / "others/fa-tr.tsv.xz", "سپاسگزارم\tTeşekkürler")
    write(tmp_path / "words/en-sw.tsv.xz", "house | home\tnyumba | makazi | kaya | boma")
    return tmp_path


def test_pairs_are_read_as_they_stand(collections: Path) -> None:
    first, second = read_pairs(collections, source("news"))
    assert first == [Pair("ar", "مرحبا", "en", "Hello there"), Pair("ar", "من", "en", "X")]
    assert second == [Pair("en", 'Good "night', "fr", "Bonne nuit")]


def test_lines_are_paired_with_the_english_ones(tmp_path: Path) -> None:
    write(tmp_path / "lines/ar.txt.xz", "واحد", "اثنان", "ثلاثة")
    write(tmp_path / "lines/en.txt.xz", "one", "two", "")
    write(tmp_path / "lines/fr.txt.xz", "un", " ", "trois")
    arabic, french = read_pairs(tmp_path, source("lines"))
    assert arabic == [Pair("ar", "واحد", "en", "one"), Pair("ar", "اثنان", "en", "two")]
    assert french == [Pair("fr", "un", "en", "one")]


def test_an_absent_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(read_pairs(tmp_path, source("nowhere")))


def test_what_each_text_learns(collections: Path) -> None:
    found = gather(collections, [source("others"), source("news"), source("words")])
    assert taught(found) == {
        ("مرحبا", "Hello there", "ar", "news"),  # "X" is too short to be learned from
        ("Bonne nuit", 'Good "night', "fr", "news"),
        ("Gute Nacht", 'Good "night', "de", "others"),  # by way of the French, though that is read later
        ("Danke schön", "Danke schön", "de", "others"),  # no English: the German comes before the French
        ("Merci bien", "Danke schön", "fr", "others"),
        ("Teşekkürler", "Teşekkürler", "tr", "others"),  # the one of the two that a teacher reads
        ("سپاسگزارم", "Teşekkürler", "fa", "others"),
        ("nyumba", "house", "sw", "words"),
        ("makazi", "house", "sw", "words"),
        ("kaya", "house", "sw", "words"),  # the fourth is left out
        *((text, text, "en", PIVOT) for text in ("Hello there", 'Good "night', "house")),
    }
    languages = {found.texts[at]: language for at, language in found.pivots.items()}
    assert languages == {
        "Hello there": "en",
        'Good "night': "en",
        "house": "en",
        "Danke schön": "de",
        "Teşekkürler": "tr",
    }
    assert len(set(zip(found.text, found.pivot, strict=True))) == len(found.text)
    assert len(set(found.texts)) == len(found.texts)


def test_neighbouring_lines_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 10**9)
    count = 50
    for language in ("ar", "en", "fr"):
        write(tmp_path / f"book/{language}.txt.xz", *(f"{language} line {line} of it" for line in range(count)))
    found = gather(tmp_path, [source("book", order=True)])
    cuts = {}
    for language in ("ar", "fr"):
        leads = [(text, pivot) for text, pivot, own, name in taught(found) if (own, name) == (language, "book+")]
        assert all(text == pivot.replace("en line", f"{language} line") for text, pivot in leads)
        cuts[language] = {pivot for _, pivot in leads}
    assert cuts["ar"] == cuts["fr"]  # the same lines, so that the pivots are the same
    groups = sorted([int(word) for word in pivot.split() if word.isdigit()] for pivot in cuts["ar"])
    assert all(LEADS[0] <= len(group) <= LEADS[1] for group in groups)
    together = [line for group in groups for line in group]
    assert together == list(range(len(together)))
    assert count - len(together) <= 1  # a line alone is no lead
    assert len({len(group) for group in groups}) > 1


def test_a_line_kept_for_judging_is_in_no_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 10)
    for language in ("ar", "en"):
        write(tmp_path / f"book/{language}.txt.xz", *(f"{language} line {line} of it" for line in range(200)))
    found = gather(tmp_path, [source("book", order=True)])
    kept = {pivot for at, pivot in enumerate(found.pivot) if held_out(found)[at]}
    leads = [found.texts[pivot] for pivot, name in zip(found.pivot, found.source, strict=True) if name == "book+"]
    lines = [found.texts[pivot] for pivot in kept if found.texts[pivot] not in leads]
    assert len(lines) > 5 and len(leads) > 5
    assert not any(line in lead for line in lines for lead in leads)


def test_the_slow_teacher_reads_one_in_so_many_english_pivots(tmp_path: Path) -> None:
    write(tmp_path / "many/ar-en.tsv.xz", *(f"نص {row}\ttext {row}" for row in range(400)))
    write(tmp_path / "others/de-fr.tsv.xz", "Danke schön\tMerci bien")
    found = gather(tmp_path, [source("many"), source("others")])
    assert e5_pivots(found, [source("many"), source("others", e5=1)]) == []
    english = sorted(pivot for pivot, language in found.pivots.items() if language == "en")
    assert e5_pivots(found, [source("many", e5=1), source("others", e5=1)]) == english
    some = e5_pivots(found, [source("many", e5=4)])
    assert set(some) < set(english) and 60 < len(some) < 140


def test_of_a_language_so_many_sentences_are_read_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "OWN", 50)
    write(tmp_path / "many/ar-en.tsv.xz", *(f"نص {row}\ttext {row}" for row in range(200)))
    write(tmp_path / "many/de-en.tsv.xz", *(f"Satz {row}\ttext {row}" for row in range(30)))
    write(tmp_path / "many/en-fa.tsv.xz", *(f"text {row}\tجمله {row}" for row in range(30)))
    found = gather(tmp_path, [source("many")])
    languages = dict(zip(found.text, found.language, strict=True))
    assert Counter(languages[text] for text in own_texts(found)) == {"ar": 50, "de": 30}
    monkeypatch.setattr(examples, "OWN", 60)
    more = own_texts(found)
    assert len(more) == 90 and more == sorted(more)


def test_words_are_swapped_into_sentences() -> None:
    sentences = ["one two three four five six", "too short", "seven eight nine ten eleven twelve"]
    words = {"naomi": 1e-3, "osaka": 1e-9}
    found = stir(sentences, words, 2000, True, "0 en")
    assert found == stir(sentences, words, 2000, True, "0 en") != stir(sentences, words, 2000, True, "1 en")
    swapped: Counter[str] = Counter()
    for text in found:
        (own,) = [one for one in (sentences[0], sentences[2]) if set(one.split()) & set(text.split())]
        pairs = [(now, was) for now, was in zip(text.split(), own.split(), strict=True) if now != was]
        assert 1 <= len(pairs) <= 4  # of six words
        swapped.update(now for now, _ in pairs)
    assert set(swapped) == {"naomi", "Naomi", "osaka", "Osaka"}
    seldom = (swapped["osaka"] + swapped["Osaka"]) / swapped.total()
    assert seldom == pytest.approx(1e-6**0.4 / (1 + 1e-6**0.4), abs=0.01)  # 250 times as often as in texts
    assert swapped["Naomi"] == pytest.approx(swapped["naomi"], rel=0.1)


def test_where_words_are_not_spaced_they_are_swapped_for_as_many_letters_and_stay_whole() -> None:
    text = "これは東京から届いた新しいニュースの記事である。"
    for found in stir([text], {"名古屋": 1.0}, 50, False, "0 ja"):
        swapped = found.count("名古屋")
        rest = iter(text)
        assert 1 <= swapped <= 8 and all(letter in rest for letter in found.replace("名古屋", ""))
        assert len(found) < len(text) + 3 * swapped


def test_stirred_texts_are_their_own_pivots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "EACH", 40)
    monkeypatch.setattr(stirring, "EACH_E5", 10)
    monkeypatch.setattr(examples, "STIRRED_ONE_IN", 4)
    rows = [f"{word} is the first of the many words of it" for word in ("rain", "snow", "wind", "hail")]
    write(tmp_path / "news/en-fa.tsv.xz", *(f"{row}\tاین جمله‌ای بلند به زبان فارسی است {row[:4]}" for row in rows))
    write(tmp_path / "lex_words/en-fi.tsv.xz", *(f"{row}\t{row[::-1]}" for row in rows))
    found = gather(tmp_path, [source("news"), source("lex_words")])
    lists = {"en": {"storm": 1.0, "gale": 0.5}, "fa": {"باد": 1.0}, "fi": {"tuuli": 1.0}, "xx": {"word": 1.0}}
    before = taught(found)
    add_stirred(found, lists, 0)
    made = taught(found) - before
    assert {(language, name) for _, _, language, name in made} == {("en", "stirred"), ("fa", "stirred+e5")}
    assert all(text == pivot for text, pivot, _, _ in made)
    assert all({"storm", "gale"} & set(text.lower().split()) for text, _, language, _ in made if language == "en")
    read = [found.pivots[pivot] for pivot in e5_pivots(found, [])]
    assert read.count("fa") == sum(language == "fa" for _, _, language, _ in made)
    assert 0 < read.count("en") < sum(language == "en" for _, _, language, _ in made) / 2


def test_what_is_kept_for_judging_teaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 20)
    rows = [(f"نص {row % 300}", f"text {row % 211}") for row in range(600)]  # many texts with several pivots
    write(tmp_path / "many/ar-en.tsv.xz", *("\t".join(row) for row in rows))
    found = gather(tmp_path, [source("many")])
    kept = held_out(found)
    texts, pivots = np.array(found.text), np.array(found.pivot)
    wholly = set(pivots[kept]) - set(pivots[~kept])  # pivots of which no example teaches
    assert 0 < len(wholly) < 40 and 0 < kept.sum() < len(kept) / 2
    of_those = np.isin(pivots, list(wholly))
    assert not set(texts[of_those]) & set(texts[~kept]) and not wholly & set(texts[~kept])
    assert (held_out(found) == kept).all()
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 1)
    assert held_out(found).all()


def test_judging_asks_for_the_own_english_side() -> None:
    found = Examples()
    for row in range(30):
        pivot = found.place_pivot(f"an English sentence, number {row}", "en")
        found.add(f"جملة رقم {row}", pivot, "ar", "news")
        found.add(f"Satz Nummer {row}", pivot, "de", "news")
        found.add(f"kelime {row}", pivot, "tr", "lex_words")  # words do not count
        if row < 10:
            found.add(f"phrase numéro {row}", pivot, "fr", "news")  # too few of them

    def encode(texts: Sequence[str]) -> np.ndarray:
        """The number's own axis, but of every third German sentence the next one's."""
        numbers = [int(text.split()[-1]) for text in texts]
        wrong = [text.startswith("Satz") and number % 3 == 0 for text, number in zip(texts, numbers, strict=True)]
        return np.eye(30, dtype=np.float32)[(np.array(numbers) + wrong) % 30]

    assert judge(found, np.ones(len(found.text), bool), encode) == {"ar": 1.0, "de": pytest.approx(2 / 3)}


class Teacher:
    """Hashes of texts for vectors; breaks off when it has been asked so often."""

    def __init__(self, patience: int = 1000) -> None:
        self.asked: list[str] = []
        self.patience = patience

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.patience -= 1
        if self.patience < 0:
            raise KeyboardInterrupt
        self.asked += texts
        return np.array([[len(text), sum(map(ord, text)) % 97, 1] for text in texts], np.float32)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teachers, "_BLOCK", 4)
    monkeypatch.setattr(teachers, "DIMENSIONS", {"use": 3, "e5": 3})


@pytest.mark.usefixtures("small_blocks")
def test_no_teacher_reads_a_text_twice(tmp_path: Path) -> None:
    texts = [f"text {row}" for row in range(10)]
    whole = Teacher()(texts)
    hurried, patient, idle, other = Teacher(patience=1), Teacher(), Teacher(patience=0), Teacher()
    with pytest.raises(KeyboardInterrupt):
        teachers.teach("use", texts, tmp_path, lambda: hurried)
    assert hurried.asked == texts[:4]
    assert (teachers.teach("use", texts, tmp_path, lambda: patient) == whole).all()
    assert patient.asked == texts[4:]
    shuffled = [texts[row] for row in (7, 0, 9, 3)]
    assert (teachers.teach("use", shuffled, tmp_path, lambda: idle) == whole[[7, 0, 9, 3]]).all()
    assert (teachers.teach("e5", texts[:2], tmp_path, lambda: other) == whole[:2]).all()  # the other's are not mixed in
    more = Teacher()
    both = teachers.teach("use", ["a new one", *texts], tmp_path, lambda: more)
    assert (both == np.concatenate([Teacher()(["a new one"]), whole])).all() and both.dtype == np.float16
    assert more.asked == ["a new one"]


@pytest.mark.usefixtures("small_blocks")
def test_a_teacher_is_not_loaded_for_nothing(tmp_path: Path) -> None:
    teachers.teach("use", ["one", "two"], tmp_path, Teacher)
    teachers.teach("use", ["two", "one"], tmp_path, lambda: pytest.fail("loaded"))


def test_centring_takes_the_mean_of_each_language() -> None:
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(200, 8)) + 3).astype(np.float16)
    languages = np.array(["ar", "en"] * 80 + ["few"] * 40)
    vectors[[0, 5, 170]] = 0
    found = teachers.centre(vectors, languages)
    assert not found[[0, 5, 170]].any()
    for row in (1, 2, 3, 77, 169, 199):
        alike = (languages == languages[row]) & vectors.any(axis=1)
        wide = vectors[row].astype(float) - (vectors[alike].astype(float).mean(axis=0) if alike.sum() >= 50 else 0)
        assert np.allclose(found[row], wide / np.linalg.norm(wide), atol=2e-3)
    assert found.dtype == np.float16 and vectors[1].mean() > 2  # what is given stays as it is


def test_small_languages_are_not_drowned_in_the_count_of_words() -> None:
    counted = {"ar": Counter({"▁a": 900, "▁both": 700}), "sw": Counter({"▁b": 60, "▁both": 40, "▁once": 1})}
    found = balanced(counted, total=1000)
    large, small = 1600**0.5, 101**0.5
    scale = {"ar": 1000 * large / (large + small) / 1600, "sw": 1000 * small / (large + small) / 101}
    want = {"▁a": 900 * scale["ar"], "▁b": 60 * scale["sw"], "▁both": 700 * scale["ar"] + 40 * scale["sw"]}
    assert found == pytest.approx(want)


def test_words_are_counted_by_language_and_weight() -> None:
    rows = [("ar", "السلام عليكم السلام", 1.0), ("en", "Peace, peace", 0.5), ("ar", "السَّلام", 0.25)]
    found = count_words(rows)
    assert found == {"ar": Counter({"▁السلام": 2.25, "▁عليكم": 1.0}), "en": Counter({"▁peace": 1.0})}


@pytest.fixture(scope="module")
def quick_chunks() -> Chunks:
    return Chunks()


LETTERS = st.one_of(
    st.characters(),
    st.sampled_from("aÉß ١٢3,.-\u0301\u064b\u0670آإةىئ漢字かなกำ한국\u1100\u1161नि\u200d\u200c\u0640ﷺﬁ½\n\u3000"),
)


@given(text=st.text(LETTERS, max_size=LONGEST_CHUNK // 18))
def test_quick_chunks_are_the_chunks(quick_chunks: Chunks, text: str) -> None:
    assert quick_chunks(text) == chunks(text)


def test_lists_and_texts_are_mixed_by_their_shares() -> None:
    lists = {"de": {"▁und": 0.5, "▁auto": 0.5}, "fa": {"▁و": 1.0}}  # German counts double
    found = mixed(Counter({"▁und": 600, "▁the": 400}), lists)
    listed = LISTED * 1000
    want = {
        "▁und": 600 * (1 - LISTED) + listed * 2 / 3 / 2,
        "▁auto": listed * 2 / 3 / 2,
        "▁the": 400 * (1 - LISTED),
        "▁و": listed / 3,
    }
    assert found == pytest.approx(want)


def test_a_word_is_read_where_it_is_at_home() -> None:
    lists = {"de": {"▁hotel": 1e-4, "▁och": 1e-9}, "sv": {"▁hotel": 2e-4, "▁och": 1e-2}, "he": {"▁שלום": 1e-3}}
    pieces = ["▁hotel", "▁och", "▁שלום", "▁unlisted", "ת", "中国", "▁да"]
    assert read_by_use(pieces, lists).tolist() == [True, False, False, True, False, True, True]
    assert homes_of(pieces, lists).tolist() == ["sv", "sv", "he", "LATIN", "HEBREW", "CJK", "CYRILLIC"]
