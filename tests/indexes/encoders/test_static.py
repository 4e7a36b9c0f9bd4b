"""Static encoders against its formula in float64, with weights drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
import pytest
import xxhash
from safetensors.numpy import load_file, save_file

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.encoders.protocol_check import check_members
from sada.indexes.encoders.static import StaticEncoder
from sada.indexes.encoders.static_weights import StaticWeights
from sada.indexes.errors import EncoderError, IndexMismatchError
from sada.indexes.index import NewsIndex
from sada.indexes.subwords.unigram import Vocabulary, join_subwords
from sada.indexes.text.folding import LETTERS_VERSION

LETTERS = "abcdehilmnoprst0125 ابتثجحدرسعفقلمنهوي абвгдеиклмнорст 京都東本日年 กรเงทพ"
TEXTS = [
    "رئيس الوزراء يفتتح مستشفى جديدا", "The prime minister opens a new hospital", "東京都 日本 2015年", "กรุงเทพ",
    "новый", "a", "a" * 1000, "5", "the\0end", "ab\ud800cd", "ﷺ" * 70, "東京 " * 200,
]  # fmt: skip
NOTHING = ["", " \n", "...", "ሰላም", "\0", "\ud800", "\u0301"]


def random_weights(width: int = 16, hidden: int = 24, dimension: int = 10, seed: int = 3) -> StaticWeights:
    random, generator = Random(seed), np.random.default_rng(seed)
    letters = [letter for letter in LETTERS if letter != " "]
    pieces = {*letters, *(f"▁{''.join(random.choices(letters[:40], k=2))}" for _ in range(200))}
    pieces |= {"▁ال", "東京", "▁the", "▁20", "aa", "aaaa"}
    joined = join_subwords(sorted(pieces))

    def layer(*shape: int, scale: float = 1) -> np.ndarray:
        return (generator.normal(size=shape) * scale).astype(np.float16)

    count = len(joined[1])
    rows = generator.integers(0, 256, (count, width // 4)).astype(np.uint8)
    return StaticWeights(
        *joined, layer(count) - np.float16(8), rows, generator.uniform(0.001, 0.02, count).astype(np.float16),
        layer(width, dimension), layer(width, hidden, scale=4), layer(hidden), layer(hidden, dimension),
    )  # fmt: skip


def unpacked(weights: StaticWeights) -> np.ndarray:
    """Float64 (V, D): the rows by their definition."""
    places = np.concatenate([weights.rows // 4**place % 4 for place in range(4)], axis=1)
    values = 2.0 * places - 3
    return weights.scales.astype(float)[:, None] * values


def formula(weights: StaticWeights, texts: list[str]) -> np.ndarray:
    """What the vectors should be, in float64."""
    vocabulary = Vocabulary.joined(weights.letters, weights.ends, weights.scores)
    rows = unpacked(weights)
    skip, hidden_in, bias, hidden_out = (
        layer.astype(float) for layer in (weights.skip, weights.hidden_in, weights.hidden_bias, weights.hidden_out)
    )
    vectors = np.zeros((len(texts), skip.shape[1]))
    for row, text in enumerate(texts):
        total = rows[vocabulary.split([text])[0]].sum(axis=0)
        if total.any():
            total /= np.linalg.norm(total)
            x = total @ hidden_in + bias
            bent = 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))
            vector = total @ skip + bent @ hidden_out
            vectors[row] = vector / np.linalg.norm(vector)
    return vectors


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[StaticWeights], Path]:
    def written(weights: StaticWeights) -> Path:
        path = tmp_path_factory.mktemp("weights") / "own.safetensors"
        weights.write(path, "own", "3", frozenset({"ar", "en"}))
        return path

    return written


@pytest.fixture(scope="module")
def path(write: Callable[[StaticWeights], Path]) -> Path:
    return write(random_weights())


@pytest.fixture(scope="module")
def encoder(path: Path) -> StaticEncoder:
    return StaticEncoder(path, 1)


@pytest.mark.parametrize("shape", [(16, 24, 10), (4, 4, 1), (8, 0, 7), (256, 1024, 512)])
def test_vectors_are_those_of_the_formula(write: Callable[[StaticWeights], Path], shape: tuple[int, int, int]) -> None:
    weights = random_weights(*shape)
    texts = TEXTS + NOTHING
    vectors = StaticEncoder(write(weights), 1).encode(texts)
    assert (vectors.shape, vectors.dtype) == ((len(texts), shape[2]), np.float32)
    assert np.abs(vectors - formula(weights, texts)).max() < 1e-5
    assert np.linalg.norm(vectors[: len(TEXTS)], axis=1) == pytest.approx(1, abs=1e-6)


def test_far_out_on_the_curve(write: Callable[[StaticWeights], Path]) -> None:
    weights = random_weights()
    weights.hidden_bias[:] = np.linspace(-60_000, 60_000, len(weights.hidden_bias))
    weights.hidden_bias[:6] = [-12, -5, -0.1, 0, 5, 12]
    assert np.abs(StaticEncoder(write(weights), 1).encode(TEXTS) - formula(weights, TEXTS)).max() < 1e-5


def test_texts_of_which_nothing_is_known(encoder: StaticEncoder) -> None:
    assert not encoder.encode(NOTHING).any()
    assert not encode_unit(encoder, NOTHING).any()


def test_rows_that_cancel_out(write: Callable[[StaticWeights], Path]) -> None:
    weights = random_weights()
    weights.scales[:] = 0
    assert not StaticEncoder(write(weights), 1).encode(["a"]).any()
    weights = random_weights()
    weights.skip[:], weights.hidden_out[:] = 0, 0
    assert not StaticEncoder(write(weights), 1).encode(["a"]).any()


@pytest.mark.parametrize(
    ("column", "byte", "want"),
    [
        (0, 0b10101011, 3),
        (2, 0b10101110, 3),
        (4, 0b10111010, 3),
        (6, 0b11101010, 3),
        (1, 0b10101000, -3),
        (7, 0x6A, -1),
    ],
)
def test_a_byte_holds_a_column_of_each_quarter(
    write: Callable[[StaticWeights], Path], column: int, byte: int, want: int
) -> None:
    weights = random_weights(8, 4, 8)
    weights.rows[:], weights.scales[:] = 0b10101010, 2  # ones
    weights.rows[:, column % 2] = byte
    weights.skip[:], weights.hidden_out[:] = np.eye(8), 0
    row = np.where(np.arange(8) == column, want, 1)
    assert (unpacked(weights)[0] == 2 * row).all()
    vector = StaticEncoder(write(weights), 1).encode(["a"])[0]
    assert vector == pytest.approx(row / np.linalg.norm(row), abs=1e-6)


def test_company_and_threads_do_not_matter(path: Path, encoder: StaticEncoder) -> None:
    texts = [f"{text} {number}" for number in range(40) for text in TEXTS + NOTHING]
    vectors = encoder.encode(texts)
    assert (StaticEncoder(path, 3).encode(texts) == vectors).all()
    assert (StaticEncoder(path, 0).encode(texts[::-1]) == vectors[::-1]).all()
    for size in (1, 7, 64, 65):
        parts = [encoder.encode(texts[start : start + size]) for start in range(0, 150, size)]
        assert (np.concatenate(parts)[:150] == vectors[:150]).all()
    assert encoder.encode([]).shape == (0, 10)


def test_several_callers_at_once(path: Path, encoder: StaticEncoder) -> None:
    shared = StaticEncoder(path, 2)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shared.encode, [TEXTS] * 8))
    assert all((vectors == encoder.encode(TEXTS)).all() for vectors in found)


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("المدرسه الي احمد 50", "المَدرَسَة إلى أحمد ٥٠"),
        ("المدرسه الي احمد 50", "المـــدرسة، آلى احمد: ۵۰"),
        ("the end", "THE — End!"),
        ("東京2015年", "東京２０１５年"),
    ],
)
def test_spelling_variants_have_one_vector(encoder: StaticEncoder, text: str, variant: str) -> None:
    one, other = encoder.encode([text, variant])
    assert one.any()
    assert (one == other).all()


def test_every_occurrence_counts_alike(encoder: StaticEncoder) -> None:
    once, thrice, other = encoder.encode(["ab 東京", "ab 東京 " * 3, "ab ab 東京"])
    assert thrice == pytest.approx(once, abs=1e-5)
    assert np.abs(other - once).max() > 1e-3


def test_a_megabyte(encoder: StaticEncoder) -> None:
    once, often = encoder.encode(["the ab 東京", "the ab 東京 " * 100_000])
    assert often == pytest.approx(once, abs=2e-3)  # 32 bits to add 600,000 rows in
    assert encoder.encode(["a" * 1_000_000]).any()


def test_describes_itself(path: Path, encoder: StaticEncoder) -> None:
    check_members(encoder)
    assert stamp(encoder) == stamp(StaticEncoder(path, 2)) == {
        "name": str(path.resolve()), "revision": "3", "dimension": 10,
        "fingerprint": xxhash.xxh3_128_hexdigest(path.read_bytes()), "text_rule": stamp(encoder)["text_rule"],
    }  # fmt: skip
    assert encoder.languages == {"ar", "en"}


def test_weights_are_read_at_the_first_use(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise AssertionError("read too early")

    monkeypatch.setattr(StaticWeights, "read", refuse)
    described = StaticEncoder(path, 1)
    assert described.fingerprint
    with pytest.raises(AssertionError, match="read too early"):
        described.encode(["a"])


def test_absent_or_damaged(path: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"none is not there: .*give the file whole"):
        StaticEncoder(tmp_path / "none")
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EncoderError, match=r"damaged\.safetensors cannot be read"):
        StaticEncoder(damaged)
    for changed, message in (
        ({"scales": np.zeros(3, np.float16)}, r"is damaged \(scales has shape \(3,\)"),
        ({"letters": load_file(path)["letters"] * 0 + ord("a")}, "is damaged"),
    ):
        described = {"name": "own", "version": "3", "text": LETTERS_VERSION, "languages": "ar"}
        save_file(load_file(path) | changed, damaged, described)
        with pytest.raises(EncoderError, match=f"damaged.safetensors {message}.*give the file whole") as error:
            StaticEncoder(damaged).encode(["a"])
        assert "\n" not in str(error.value)


def test_named_by_its_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    for spec in (path.name, f"./{path.name}", str(path)):
        assert stamp(load_encoder(spec, 1)) == stamp(StaticEncoder(path))
    both = load_encoder(f"default+{path.name}")
    assert (both.name, both.dimension) == (f"e5-short+{path.resolve()}", 384 + 10)
    assert stamp(load_encoder(both.name)) == stamp(both)
    assert load_encoder(str(path)).encode(TEXTS) == pytest.approx(StaticEncoder(path).encode(TEXTS), abs=0)


def test_a_path_with_a_plus_in_it(path: Path, tmp_path: Path) -> None:
    plus = tmp_path / "a+b.safetensors"
    plus.write_bytes(path.read_bytes())
    assert (load_encoder(str(plus)).encode(TEXTS) == load_encoder(str(path)).encode(TEXTS)).all()


@pytest.mark.parametrize("spec", ["/none/none.safetensors", "default+/none/none.safetensors"])
def test_a_named_file_that_is_not_there(spec: str) -> None:
    with pytest.raises(EncoderError, match=r"^encoder file /none/none\.safetensors is not there: .*$"):
        load_encoder(spec)


def test_an_index_opens_again_with_its_file_alone(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, where = tmp_path / "own.safetensors", tmp_path / "static.sada"
    weights.write_bytes(path.read_bytes())
    articles = [Article(str(number), text) for number, text in enumerate(TEXTS[:4])]
    monkeypatch.chdir(tmp_path)
    with NewsIndex.create(where, encoder=weights.name) as index:
        index.add(articles)
        assert index.info()["encoder"]["name"] == str(weights)
    monkeypatch.chdir("/")
    with NewsIndex.open(where, encoder=str(weights)) as index:
        assert index.snapshot.dimension == 10
        assert index.neighbours(Article("x", TEXTS[1]), 1, by="meaning")[0].id == "1"
    random_weights(seed=4).write(weights, "own", "4", frozenset({"ar"}))
    with pytest.raises(IndexMismatchError, match=r"made with encoder .*own\.safetensors"):
        NewsIndex.open(where, encoder=str(weights))
    weights.unlink()
    with pytest.raises(EncoderError, match=r"own\.safetensors is not there"):
        NewsIndex.open(where, encoder=str(weights))
    with NewsIndex.open(where) as index:
        report = index.reencode("default")
        assert (report.before, report.after, report.encoded) == (str(weights), "e5-short", 4)
    with NewsIndex.open(where, encoder="default") as index:
        assert (index.snapshot.dimension, index.info()["encoder"]["name"]) == (384, "e5-short")
