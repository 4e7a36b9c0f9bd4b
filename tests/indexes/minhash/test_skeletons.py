from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.minhash import skeleton_kernels, skeleton_table
from sada.indexes.minhash.respelling import skeleton_sets
from sada.indexes.minhash.skeletons import GRAM, skeleton
from sada.indexes.ragged import column
from sada.indexes.text import folding
from sada.indexes.threads import use_threads

ALIKE = {
    "persian joiners": ("می‌شوند کتاب‌ها", "می شوند کتاب ها", "میشوند کتابها"),
    "arabic spaces": ("وقال عبدالله لأبوظبي", "و قال عبد الله لأبو ظبي"),
    "hamza seats": ("مسؤولون عن شؤون", "مسئولون عن شئون", "مسءولون عن شءون"),
    "the ligature of Allah behind an alef": ("عبداﷲ", "عبدالله"),
    "hamza left out": ("رؤساء المؤتمر", "روسا الموتمر"),
    "urdu hamza": ("لئے گئے آؤ", "لیے گیے آو"),
    "urdu yeh": ("کے لیے ہے", "کی لیی ہی"),
    "hindi": ("हिन्दी गये बाँध हफ़्ते", "हिंदी गए बांध हफ्ते"),
    "hindi o": ("डॉक्टर दुःख", "डाक्टर दुख"),
    "bengali": ("পড়া বাংলা", "পডা বাংলা"),
    "malayalam": ("അവൻ", "അവന്‍"),
    "serbian": ("Љубљана, џеп, ђак, жена, што", "Ljubljana, džep, đak, žena, što", "Ljubljana dzep djak zena sto"),
    "uzbek": ("ўзбек ғалаба шаҳар европа", "oʻzbek gʻalaba shahar yevropa", "o'zbek g'alaba shahar yevropa"),
    "german": ("Größe für Häuser", "Groesse fuer Haeuser", "Grosse fur Hauser"),
    "danish": ("på søen, færre", "paa soeen, faerre"),
    "icelandic": ("það þing", "thad thing"),
    "polish": ("żołnierze w Łodzi", "zolnierze w Lodzi"),
    "vietnamese": ("Đà Nẵng được", "Da Nang duoc"),
    "hausa": ("ɗan ƙasa", "dan kasa"),
    "azerbaijani": ("Bakı şəhərində", "Baki seherinde"),
    "ukrainian": ("п'ять", "п’ять", "пʼять"),
    "chinese": ("头发与后来的里面", "頭髮與後來的裡面", "頭髮與後來的裏面"),
    "japanese": ("コンピューター", "コンピュータ", "こんぴゅーた", "ｺﾝﾋﾟｭｰﾀｰ"),
    "korean": ("할 수 있다", "할수있다", unicodedata.normalize("NFD", "할 수 있다")),
    "thai": ("น้ำแข็ง", "นํ้าแข็ง", "น้ํา\u200bเเข็ง", "นำ้แข็ง"),
    "lao": ("ເໜືອ ແລ້ວ", "ເຫນືອ\u200bເເລ້ວ"),
    "khmer": ("ផ្តល់ ក្រុម", "ផ្ដល់\u200bកុ្រម"),
    "khmer, cut anywhere": ("ផ្តល់ក្រុម", "ផ្\u200bតល់ក\u200b្\u200bរុម"),
    "khmer shifters": ("ស៊ី", "សុី", "សី៊"),
    "burmese": ("ဥပဒေ", "ဉပဒေ"),
    "burmese shapes": ("ဩဇာ ဈေး ခါး", "သြဇာ စျေး ခား"),
    "amharic": ("ሰላም ሀገር", "ሠላም ሐገር", "ሠላም ኀገር"),
    "amharic a": ("ሀገር አለም", "ሃገር ዓለም"),
    "japanese months": ("三か月", "三ヶ月", "三カ月"),
    "line ends": ("information", "infor-\nmation", "infor\u00ad\nmation", "infor\u200bmation"),
    "zero-width spaces": ("3 4 or -5", "3\u200b4\u200bor\u200b-5"),
    "thousands": ("1,000 or 2500000", "1000 or 2,500,000", "١٬٠٠٠ or 2\u202f500\u00a0000"),
    "other separators of thousands": ("1000 or 2500000", "1،000 or 2\u2007500\u2007000"),
    "signs": ("-5 %", "−5%", "－５ ٪"),
}  # fmt: skip
APART = {
    "digits": ("5 killed", "6 killed"),
    "numbers side by side": ("won 2 1", "won 21"),
    "decimals": ("1.095", "1095"),
    "a group of four": ("1,0000", "10000"),
    "a group behind four": ("1000,000", "1000000"),
    "minus": ("down -5", "down 5"),
    "plus": ("up +5", "up 5", "up -5"),
    "currency": ("$5", "€5", "5"),
    "per cent": ("5%", "5"),
    "fractions": ("5½", "51/2", "5 1 2"),
    "powers": ("10⁶", "106"),
    "languages": ("C++", "C#", "C", "C+"),
    "kurdish": ("کور", "کوڕ", "کۆر"),
    "kurdish e": ("شێر", "شیر"),
    "urdu consonants": ("بات", "باٹ", "پات"),
    "thai tones": ("ข้าว", "ขาว", "ข่าว"),
    "kana voicing": ("かき", "かぎ"),
    "names": ("Obama", "Osama"),
    "negation": ("is dead", "is not dead"),
}
SPECIAL = (
    "aeouyhsdzckgtpxj \u0e33\u0e48\u0e4d\u0e32เន្តដរុ"
    "12345,.-−+#%½⁶'’\u00a0नमङय्यीएंँ़ि\u200c\u200b؟ؤئءاﷲ漢ー😀𝟓\ud800\udc00각ァぁ€ßéй"
)
texts = st.text(st.sampled_from(SPECIAL) | st.characters(), max_size=30)


def column_of(text: str) -> np.ndarray:
    return column([text])[0][: column([text])[1][-1]]


@pytest.mark.parametrize("spellings", ALIKE.values(), ids=list(ALIKE))
def test_spellings_of_one_text_have_one_skeleton(spellings):
    assert {skeleton(one) for one in spellings} == {skeleton(spellings[0])}
    assert len(set(skeleton_sets(*column(spellings)).keys.tolist())) == 1


@pytest.mark.parametrize("different", APART.values(), ids=list(APART))
def test_what_is_content_stays_apart(different):
    assert len({skeleton(one) for one in different}) == len(different)
    assert len(set(skeleton_sets(*column(different)).keys.tolist())) == len(different)


def test_a_sign_is_no_hyphen_bullet_or_range():
    assert skeleton("covid-19, 5-7 and - item") == "covid19 5 7anditem"
    assert skeleton("#news from Canal+") == "newsfromcanal+"


@given(texts)
def test_kernels_write_the_skeleton_of_the_reference(text):
    found = skeleton_kernels.skeleton_letters(column_of(text), skeleton_table.load()[:4])
    assert "".join(map(chr, found.tolist())) == skeleton(text)


@given(st.lists(texts, min_size=1, max_size=5))
def test_shingles_are_the_grams_of_a_ring(some):
    sets = skeleton_sets(*column(some))
    for at, text in enumerate(some):
        letters = skeleton(text)
        ring = letters + letters[:GRAM]
        grams = {ring[start : start + GRAM] for start in range(len(letters))} if len(letters) > GRAM else {letters}
        assert sets.sizes[at] == len(grams - {""})
        assert (sets.keys[at] == 0) == (letters == "")
        assert np.array_equal(sets.row(at), np.unique(sets.row(at)))
        for other in range(at):
            same = skeleton(some[other]) == letters
            assert (sets.keys[at] == sets.keys[other]) == same
            assert np.array_equal(sets.row(at), sets.row(other)) or not same


@given(
    st.lists(st.text("abcdefghi漢字نبتश", min_size=1, max_size=6), min_size=1, max_size=8),
    st.sampled_from(" \u200b\u200c\n-"),
)
def test_spaces_between_words_say_nothing(words, between):
    assert skeleton(between.join(words)) == skeleton("".join(words))


def test_a_text_and_its_rotation_have_the_same_shingles():
    sets = skeleton_sets(*column(["bread and water", "water bread and", "water and bread"]))
    assert np.array_equal(sets.row(0), sets.row(1)) and not np.array_equal(sets.row(0), sets.row(2))
    assert len(set(sets.keys.tolist())) == 3


def test_figures_are_the_digits_and_signs_in_their_order():
    some = ["1,000 in May", "1000 in June", "1 000", "in May", "0001", "-1000", "in June"]
    figures = skeleton_sets(*column(some)).figures.tolist()
    assert figures[0] == figures[1] == figures[2]
    assert figures[3] == figures[6] == 0
    assert len(set(figures)) == 4


def test_results_do_not_depend_on_threads():
    some = ["Die Häuser 5 ".join("abcdefgh"[at % 7 :]) * 900 for at in range(300)]
    with use_threads(1):
        one = skeleton_sets(*column(some))
    with use_threads(3):
        three = skeleton_sets(*column(some))
    for name in ("bounds", "shingles", "keys", "figures"):
        assert np.array_equal(getattr(one, name), getattr(three, name))


def test_the_table_is_what_its_rules_say():
    if unicodedata.unidata_version != folding.version():
        pytest.skip(f"this Python has Unicode {unicodedata.unidata_version}, the folding table {folding.version()}")
    table = skeleton_table.load()
    for name, fresh, shipped in zip(table._fields, skeleton_table.build(), table, strict=True):
        assert np.array_equal(fresh, shipped), f"{name}: run python -m sada.indexes.minhash.skeleton_table"


def test_buffers_hold_the_widest_letter():
    table = skeleton_table.load()
    gaps = table.sequences >> skeleton_table.KIND_SHIFT & 15 == skeleton_table.GAP
    sizes = np.diff(table.starts) + np.add.reduceat(gaps.astype(int), table.starts[:-1])
    assert sizes.max() + 1 <= skeleton_kernels.MOST_LETTERS


def test_a_simplified_character_is_simplified_no_further():
    from sada.indexes.minhash.skeleton_letters import simplified

    table = simplified()
    assert len(table) > 2800 and table[ord("漢")] == ord("汉")
    assert not set(table.values()) & set(table)
