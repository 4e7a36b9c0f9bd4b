"""The encoder whose weights are a distribution of their own, on sentences made up for it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import TEXT_RULE, encode_unit, stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.encoders.static import StaticEncoder, fast_weights
from sada.indexes.encoders.static_weights import StaticDescription
from sada.indexes.errors import IndexMismatchError, MissingPackageError
from sada.indexes.index import NewsIndex

MOST_BYTES = 40_000_000
ENGLISH = [
    "The government announced a new plan to build schools in the villages",
    "Heavy rain flooded the streets of the capital and closed the airport",
    "The team won the final match after a penalty in the last minute",
    "The central bank raised interest rates to fight inflation",
    "Doctors warn that the virus is spreading quickly among children",
    "Police arrested three men after the robbery of a jewellery shop",
    "Scientists discovered the fossil of a dinosaur in the desert",
    "The president will visit Japan next week to sign a trade agreement",
]
TRANSLATED = {
    "ar": [
        "أعلنت الحكومة خطة جديدة لبناء المدارس في القرى",
        "أغرقت الأمطار الغزيرة شوارع العاصمة وأغلقت المطار",
        "فاز الفريق بالمباراة النهائية بعد ركلة جزاء في الدقيقة الأخيرة",
        "رفع البنك المركزي أسعار الفائدة لمكافحة التضخم",
        "يحذر الأطباء من أن الفيروس ينتشر بسرعة بين الأطفال",
        "اعتقلت الشرطة ثلاثة رجال بعد سرقة محل مجوهرات",
        "اكتشف العلماء حفرية ديناصور في الصحراء",
        "سيزور الرئيس اليابان الأسبوع المقبل لتوقيع اتفاقية تجارية",
    ],
    "fr": [
        "Le gouvernement a annoncé un nouveau plan de construction d'écoles dans les villages",
        "De fortes pluies ont inondé les rues de la capitale et fermé l'aéroport",
        "L'équipe a gagné la finale grâce à un penalty à la dernière minute",
        "La banque centrale a relevé les taux d'intérêt pour lutter contre l'inflation",
        "Les médecins avertissent que le virus se propage rapidement chez les enfants",
        "La police a arrêté trois hommes après le vol d'une bijouterie",
        "Des scientifiques ont découvert le fossile d'un dinosaure dans le désert",
        "Le président se rendra au Japon la semaine prochaine pour signer un accord commercial",
    ],
    "tr": [
        "Hükümet köylerde okul yapmak için yeni bir plan açıkladı",
        "Şiddetli yağmur başkentin sokaklarını sular altında bıraktı ve havaalanını kapattı",
        "Takım son dakikadaki penaltıyla final maçını kazandı",
        "Merkez bankası enflasyonla mücadele için faiz oranlarını yükseltti",
        "Doktorlar virüsün çocuklar arasında hızla yayıldığı konusunda uyarıyor",
        "Polis kuyumcu soygunundan sonra üç kişiyi tutukladı",
        "Bilim insanları çölde bir dinozor fosili keşfetti",
        "Cumhurbaşkanı ticaret anlaşması imzalamak için gelecek hafta Japonya'yı ziyaret edecek",
    ],
    "fa": [
        "دولت طرح جدیدی برای ساخت مدرسه در روستاها اعلام کرد",
        "باران شدید خیابان‌های پایتخت را زیر آب برد و فرودگاه را بست",
        "تیم با پنالتی در دقیقه آخر مسابقه فینال را برد",
        "بانک مرکزی نرخ بهره را برای مبارزه با تورم افزایش داد",
        "پزشکان هشدار می‌دهند که ویروس به سرعت در میان کودکان گسترش می‌یابد",
        "پلیس پس از سرقت از یک جواهرفروشی سه مرد را دستگیر کرد",
        "دانشمندان فسیل یک دایناسور را در بیابان کشف کردند",
        "رئیس جمهور هفته آینده برای امضای توافق تجاری به ژاپن سفر می‌کند",
    ],
}


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    found = load_encoder("fast", threads=1)
    assert isinstance(found, StaticEncoder)
    return found


def test_what_is_shipped(encoder: StaticEncoder) -> None:
    described = StaticDescription.read(fast_weights())
    assert (encoder.name, described.name) == ("fast", "fast")
    assert encoder.revision == described.version
    assert encoder.languages == described.languages and {"ar", "en", "fa"} <= described.languages
    assert fast_weights().stat().st_size <= MOST_BYTES
    assert encoder.fingerprint in (fast_weights().parents[1] / "README.md").read_text()
    assert stamp(encoder) == {
        "name": "fast",
        "revision": "1",
        "dimension": 512,
        "fingerprint": "46185dbc6bd7afa7bbd00343c709aa87",
        "text_rule": TEXT_RULE,
    }


@pytest.mark.parametrize("spec", ["fast", "fast+none"])
def test_without_its_distribution(monkeypatch: pytest.MonkeyPatch, spec: str) -> None:
    monkeypatch.setitem(sys.modules, "sada_news_fast", None)
    with pytest.raises(MissingPackageError) as error:
        load_encoder(spec)
    mend = "in a checkout of Sada: pip install ./indexes/data/fast"
    assert str(error.value) == f"the encoder fast is not installed: {mend}"


@pytest.mark.parametrize("language", sorted(TRANSLATED))
def test_a_sentence_is_nearest_to_its_translation(encoder: StaticEncoder, language: str) -> None:
    similar = encode_unit(encoder, TRANSLATED[language]) @ encode_unit(encoder, ENGLISH).T
    assert (similar.argmax(axis=1) == np.arange(len(ENGLISH))).all()
    assert (similar.argmax(axis=0) == np.arange(len(ENGLISH))).all()


def test_arabic_in_another_spelling_is_the_same(encoder: StaticEncoder) -> None:
    respelt = [text.translate(str.maketrans("أإآةى", "اااهي", "\u064e\u064f")) for text in TRANSLATED["ar"]]
    assert respelt != TRANSLATED["ar"]
    likeness = (encode_unit(encoder, respelt) * encode_unit(encoder, TRANSLATED["ar"])).sum(axis=1)
    assert likeness.min() >= 0.98


def test_an_index_of_it_is_asked_by_meaning_and_refuses_another(tmp_path: Path) -> None:
    articles = [Article(f"a{row}", title=text, language="en") for row, text in enumerate(ENGLISH)]
    with NewsIndex.create(tmp_path / "i.sada", encoder="fast") as index:
        index.add(articles)
        (found,) = index.neighbours([Article("q", title=TRANSLATED["ar"][5], language="ar")], by="meaning", k=1)
        assert found[0].id == "a5"
    with pytest.raises(IndexMismatchError, match="fast"):
        NewsIndex.open(tmp_path / "i.sada", encoder="e5")
