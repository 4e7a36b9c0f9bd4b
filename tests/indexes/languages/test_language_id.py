"""Language identification on headlines made up for this test."""

from __future__ import annotations

import pytest

from sada.indexes.languages.language_id import CERTAIN, CHARACTERS, believed, identify

HEADLINES = [
    ("ar", "رئيس الوزراء يفتتح محطة جديدة لتحلية المياه"),
    ("ar", "ارتفاع أسعار القمح بعد توقف الصادرات عبر الميناء"),
    ("fa", "رئیس جمهور از گشایش پالایشگاه تازه در جنوب کشور خبر داد"),
    ("ur", "وزیر خزانہ نے نئے بجٹ میں تنخواہوں میں اضافے کا اعلان کر دیا"),
    ("ku", "سەرۆکی حکوومەت پێشوازی لە شاندێکی بازرگانی کرد"),
    ("sd", "وزير اعليٰ ڪراچيءَ ۾ نئين اسپتال جو افتتاح ڪيو، ماڻهن کي فائدو ٿيندو"),
    ("en", "Central bank holds interest rates as inflation slows"),
    ("fr", "La banque centrale maintient ses taux malgré le ralentissement"),
    ("es", "El gobierno aprueba una subida del salario mínimo"),
    ("de", "Bundestag beschließt neues Gesetz zur Förderung der Windkraft"),
    ("tr", "Merkez Bankası faiz kararını yarın açıklayacak"),
    ("ru", "Правительство утвердило новый бюджет на следующий год"),
    ("uk", "Уряд ухвалив новий бюджет на наступний рік, що збільшить видатки"),
    ("zh", "央行宣布下调存款准备金率以支持经济增长"),
    ("ja", "政府は来年度の予算案を閣議決定した"),
    ("ja", "東京で桜が開花"),
    ("ko", "정부, 내년도 예산안 국무회의에서 의결"),
    ("hi", "प्रधानमंत्री ने नई रेल लाइन का उद्घाटन किया और किसानों के लिए योजना की घोषणा की"),
    ("pt", "Governo anuncia novas medidas para reduzir a inflação dos alimentos"),
    ("it", "Il governo approva la riforma delle pensioni dopo una lunga notte"),
    ("id", "Pemerintah mengumumkan rencana pembangunan jalan tol baru yang akan dimulai tahun ini"),
    ("th", "รัฐบาลอนุมัติงบประมาณใหม่สำหรับโรงเรียน"),
    ("he", "הממשלה אישרה את התקציב החדש לשנה הבאה"),
    ("el", "Η κυβέρνηση ενέκρινε τον νέο προϋπολογισμό"),
    ("ka", "მთავრობამ ახალი ბიუჯეტი დაამტკიცა"),
    ("hy", "Կառավարությունը հաստատել է նոր բյուջեն"),
    ("ta", "அரசு புதிய வரவு செலவுத் திட்டத்தை அறிவித்தது"),
    ("bn", "সরকার নতুন বাজেট অনুমোদন করেছে"),
]


@pytest.mark.parametrize(("language", "headline"), HEADLINES)
def test_headline(language: str, headline: str) -> None:
    [(found, probability)] = identify([headline])
    assert found == language
    assert 0.5 < probability <= 1.0


def test_one_call_answers_in_order() -> None:
    assert [found for found, _ in identify([headline for _, headline in HEADLINES])] == [name for name, _ in HEADLINES]
    assert identify([]) == []


@pytest.mark.parametrize("text", ["", "   ", "2,450.75 %", "12:30 — 14:45", "!!!", "😀😀", "\x00\n"])
def test_no_letters_no_language(text: str) -> None:
    assert identify([text]) == [("", 0.0)]


@pytest.mark.parametrize("text", ["٢٠٢٤", "٪٥٠ ۱۲", "1ª 2º", "ـــ ٥", "ー", "3½ №", "\u200f٥\u200e", "ʼ"])
def test_digits_and_signs_have_no_language(text: str) -> None:
    assert identify([text]) == [("", 0.0)]


IN_ARABIC_SCRIPT = [
    ("ku", "نرخی نەوت دابەزی"),
    ("ku", "پردی شار کرایەوە"),
    ("ku", "سه\u200cرۆكی شاره\u200cوانی له\u200c پردێک"),
    ("ug", "يېڭى كۆۋرۈك ئېچىلدى"),
    ("ug", "مەكتەپ ئېچىلدى"),
    ("ps", "ښاروال نوی پل پرانیست"),
    ("sd", "شهر ۾ نئين اسڪول جو افتتاح ڪيو ويو"),
    ("ur", "شہر میں نئے اسکول کا افتتاح"),
    ("fa", "شهردار پل تازه را گشود"),
    ("ar", "افتتاح جسر جديد في المدينة"),
    ("ar", "افتتاح جسر جدید فی المدینة الکبیرة"),  # on a Persian keyboard
    ("ar", "ﺍﻓﺘﺘﺎﺡ ﺟﺴﺮ ﺟﺪﻳﺪ ﻓﻲ ﺍﻟﻤﺪﻳﻨﺔ"),
    ("ar", "افتتـــاح جِسرٍ جديدٍ في المدينـة"),
]


@pytest.mark.parametrize(("language", "title"), IN_ARABIC_SCRIPT)
def test_titles_in_arabic_script(language: str, title: str) -> None:
    [(found, probability)] = identify([title])
    assert found == language and probability >= CERTAIN


@pytest.mark.parametrize("text", ["x", "A", "ⵣⵣⵣ"])
def test_too_little_to_go_by(text: str) -> None:
    assert identify([text]) == [("", 0.0)]


def test_a_foreign_name_does_not_settle_the_language() -> None:
    [(found, _)] = identify(["The band 방탄 announces a concert in the capital next summer"])
    assert found == "en"
    [(found, _)] = identify(["台灣飲料品牌茶の魔手宣布在全國開設新的門市並招募員工"])
    assert found == "zh"
    [(found, _)] = identify(
        ["أعلنت حركة گۆڕان نتائج مؤتمرها العام وانتخبت قيادة جديدة وسط حضور واسع من الأعضاء والضيوف"]
    )
    assert found == "ar"


def test_only_the_beginning_counts() -> None:
    beginning = "Η κυβέρνηση ενέκρινε τον νέο προϋπολογισμό. ".ljust(CHARACTERS)
    assert identify([beginning + "english words " * 1000]) == identify([beginning])
    assert identify([" " * CHARACTERS + "words out of sight"]) == [("", 0.0)]


def test_only_two_letter_codes() -> None:
    classic = ["ἄνδρα μοι ἔννεπε Μοῦσα πολύτροπον", "O maior jornal da ilha", "Naka pan mi dey"]
    assert [found for found, _ in identify(classic)] == ["el", "pt", "jv"]


def test_norwegian_has_one_code_in_both_written_forms() -> None:
    bokmal = "Regjeringen legger fram et nytt budsjett for skolene, og fylkene får ikke det de ba om"
    nynorsk = "Regjeringa legg fram eit nytt budsjett for skulane, og fylka får ikkje det dei bad om"
    found = identify([bokmal, nynorsk])
    assert [language for language, _ in found] == ["no", "no"]
    assert all(type(certainty) is float and certainty >= CERTAIN for _, certainty in found)


def test_what_is_not_certain_is_not_believed() -> None:
    assert believed("gl", CERTAIN) == believed("gl", 1.0) == "gl"
    assert believed("gl", CERTAIN - 1e-9) == believed("gl", 0.0) == believed("", 1.0) == ""


@pytest.mark.parametrize(
    "text",
    [
        "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ",
        "ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵎⵓⵔⵜ",
        "ᱥᱟᱱᱛᱟᱲᱤ ᱯᱟᱹᱨᱥᱤ",
        "ᐃᓄᒃᑎᑐᑦ ᓴᓇᔪᑦ",
        "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
        "ܫܠܡܐ ܥܠܝܟܘܢ",
        "ㄅㄆㄇㄈ",
        "𐌰𐌱𐌲𐌳",
    ],
)
def test_letters_of_scripts_that_the_classifier_has_no_language_of(text):
    assert identify([text, f"{text} ab"]) == [("", 0.0)] * 2
