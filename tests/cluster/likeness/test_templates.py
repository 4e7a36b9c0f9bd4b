"""Invented news from one template, invented edits, and the alignment against every alignment there is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.likeness import template_kernels as kernels
from sada.cluster.likeness import templates as module
from sada.cluster.likeness.alignment_kernels import MOST_CHANGES, align
from sada.cluster.likeness.templates import ComparedTexts, differences, filled_templates
from sada.indexes import ragged
from sada.indexes.text.tokens import shingles, tokens

BUFFERS = [np.empty(size, np.int32) for size in (2 * MOST_CHANGES + 3, (MOST_CHANGES + 1) * (MOST_CHANGES + 2) // 2)]

# News with slots, and two fillings of them.
NEWS = {
    "an obituary in Arabic": (
        "وفاة {0} {1}",
        "انتقل إلى رحمة الله تعالى صباح اليوم {0} {1} بعد معاناة طويلة مع المرض، وسيصلى عليه بعد صلاة العصر "
        "في الجامع الكبير ثم يوارى الثرى في مقبرة المدينة، ويتقبل ذوو الفقيد العزاء في منزل الأسرة بحي "
        "الروضة مدة ثلاثة أيام. وكان الفقيد {1} قد عمل سنوات طويلة في التعليم وعرف بين زملائه وطلابه بحسن "
        "الخلق ولين الجانب. أسرة التحرير تتقدم بخالص التعازي إلى أبناء الفقيد وأقاربه سائلة الله أن يتغمده "
        "بواسع رحمته.",
        (("سليمان", "الدوسري"), ("ماجد", "العتيبي")),
    ),
    "exchange rates in Arabic": (
        "أسعار العملات أمام الريال",
        "استقرت أسعار العملات الأجنبية في تعاملات البنوك المحلية مع بداية الأسبوع وسط إقبال محدود من "
        "المستوردين. وبلغ سعر الدولار {0} للشراء فيما سجل اليورو {1} للشراء، وسجل الجنيه الإسترليني {2} ووصل "
        "الين الياباني إلى {3} في ختام التداول. وقال متعاملون في السوق إن الطلب سيبقى مستقرا خلال الأيام "
        "المقبلة مع توافر السيولة لدى البنوك، وإن حركة السفر في الصيف لم ترفع الطلب على العملات كما جرت "
        "العادة في هذا الوقت من كل عام.",
        (("3.74", "4.11", "5.80", "3.05"), ("3.75", "4.16", "5.92", "3.11")),
    ),
    "an obituary in English": (
        "{0} {1}, schoolteacher, dies at home",
        "The town of Millbrook is mourning {0} {1}, who taught mathematics at the old grammar school and "
        "died at home on Tuesday after a short illness. Neighbours left flowers along the fence, and the "
        "school will fly its flag at half mast until the funeral. Former pupils described a patient teacher "
        "who stayed behind after lessons with anyone who asked. The headmistress said that {1} had changed "
        "how the subject was taught there. A service will be held in the parish church, and the family has "
        "asked that donations go to the library fund.",
        (("Harold", "Finch"), ("Oswin", "Tarrant")),
    ),
    "a cable in Russian": (
        "Президент направил поздравление главе {0}",
        "Президент направил главе {0} телеграмму по случаю дня независимости республики. В телеграмме "
        "отмечается, что отношения между странами развиваются успешно, растут товарооборот и число "
        "совместных проектов в энергетике и на транспорте. Глава государства выразил уверенность, что "
        "предстоящий визит главы {0} в столицу придаст новый импульс сотрудничеству, и пожелал народу "
        "республики мира, благополучия и процветания, сообщает пресс-служба.",
        (("Узбекистана",), ("Армении",)),
    ),
    "an appointment in Hindi": (
        "{0} बने नगर आयुक्त",
        "राज्य सरकार ने शुक्रवार को वरिष्ठ अधिकारी {0} को नगर निगम का नया आयुक्त नियुक्त किया है। इस संबंध "
        "में आदेश जारी कर दिए गए हैं और वे अगले सप्ताह पदभार ग्रहण करेंगे। इससे पहले वे शहरी विकास विभाग में "
        "निदेशक के पद पर काम कर चुके हैं। पदभार संभालने से पहले {0} ने कहा कि सफाई, पेयजल और सड़कों की "
        "मरम्मत उनकी पहली प्राथमिकता होगी और नागरिकों की शिकायतों का समय पर निपटारा किया जाएगा।",
        (("राकेश त्रिपाठी",), ("सुनील मेहरा",)),
    ),
    "a share index in Chinese": (
        "沪指收盘报{0}点",
        "今日早盘两市小幅高开后震荡整理，午后金融板块走强带动指数回升，截至收盘沪指报{0}点，涨幅为{1}%"
        "，深成指报{2}点。盘面上，银行、保险和电力板块涨幅居前，而旅游、酒店和零售板块表现低迷，市场成交量"
        "较上一个交易日略有放大。分析人士认为短期内指数仍将维持区间震荡的走势，投资者应当控制仓位并关注业绩稳"
        "定的公司。",
        (("3124.55", "0.42", "9876.10"), ("3088.17", "0.31", "9754.66")),
    ),
    "an appointment in Chinese": (
        "{0}出任大学校长",
        "教育部门昨日宣布，{0}教授自下月起出任滨海大学校长，任期四年。滨海大学创建于上个世纪五十年代，目前"
        "设有二十个学院，在校学生超过三万人。{0}长期从事材料科学研究，曾在多所高校任教并主持多项国家级科研"
        "项目。学校师生表示欢迎，希望新校长继续推动教学改革，加强与地方企业的合作，为学生提供更多实习机会。",
        (("陈国栋",), ("林海平",)),
    ),
    "an obituary in Hebrew": (
        "הלך לעולמו {0} {1}",
        "הלך לעולמו הבוקר {0} {1}, ממייסדי השכונה הדרומית ומוותיקי המורים בבית הספר התיכון. בני המשפחה מסרו "
        "כי ההלוויה תתקיים מחר אחר הצהריים בבית העלמין הישן, וכי השבעה תיערך בבית המשפחה ברחוב האלון. שכנים "
        "ותלמידים לשעבר סיפרו על אדם צנוע שידע להקשיב לכל אחד. ראש העירייה אמר כי פועלו של {1} ילווה את "
        "התושבים עוד שנים רבות.",
        (("אברהם", "גולדשטיין"), ("נתן", "רוזנברג")),
    ),
    "a visit in Thai": (
        "{0}เดินทางถึงสนามบิน",
        "เมื่อเช้าวันนี้{0}เดินทางถึงสนามบินนานาชาติพร้อมคณะผู้แทนการค้า "
        "โดยมีเจ้าหน้าที่ระดับสูงของกระทรวงให้การต้อนรับ กำหนดการเยือนครั้งนี้มีการหารือเรื่องการลงทุนการท่อง"
        "เที่ยวและความร่วมมือด้านการศึกษา หลังจากนั้น{0}จะเข้าร่วมงานเลี้ยงอาหารค่ำที่โรงแรมริมแม่น้ำ "
        "ก่อนเดินทางกลับในวันรุ่งขึ้น ผู้จัดงานคาดว่าจะมีนักธุรกิจเข้าร่วมมากกว่าทุกครั้งที่ผ่านมา",
        (("สมชายวงศ์ทอง",), ("ประเสริฐจันทร์",)),
    ),
}


def news(name: str, which: int = 0) -> tuple[str, str]:
    title, text, fillings = NEWS[name]
    return title.format(*fillings[which]), text.format(*fillings[which])


def texts_of(articles: Sequence[tuple[str, str]]) -> ComparedTexts:
    titles = [len(title.encode("utf-16-le")) // 2 for title, _ in articles]
    return ComparedTexts.of([f"{title}\n{text}".encode("utf-16-le") for title, text in articles], titles)


def is_template(one: tuple[str, str], other: tuple[str, str], others: Sequence[tuple[str, str]] = ()) -> bool:
    found = filled_templates(texts_of([one, other, *others]), np.array([0, 1]), np.array([1, 0]))
    assert found[0] == found[1]
    return bool(found[0])


@pytest.mark.parametrize("name", NEWS)
@pytest.mark.parametrize("others", [[], [news(name) for name in NEWS]], ids=["alone", "among others"])
def test_two_news_from_one_template_are_told(name: str, others: list[tuple[str, str]]) -> None:
    one, other = (set(shingles("\n".join(news(name, which)))) for which in (0, 1))
    assert len(one & other) / len(one | other) > 0.65
    assert is_template(news(name, 0), news(name, 1), [some for some in others if some != news(name)])


SPACED = [name for name in NEWS if "Chinese" not in name and "Thai" not in name]


@pytest.mark.parametrize("name", SPACED)
def test_an_edited_report_is_no_template(name: str) -> None:
    title, text = news(name)
    words = text.split(" ")
    typo = words[20][1:] if len(words[20]) > 4 else words[20] + words[20][-1]
    for edited in (
        (title, " ".join([*words[:20], typo, *words[21:]])),
        (title, " ".join([*words[:20], words[20] + words[21], *words[22:]])),
        (title, " ".join([*words[:25], words[3], words[9], *words[25:]])),
        (title, " ".join([*words[:25], *words[29:]])),
        (title, " ".join([*words[30:], *words[:30]])),
        (" ".join(words[12:20]), text),
        (title, f"{words[7]} {words[15]} {text}"),
        (title, f"{text} {words[30]}"),
    ):
        assert not is_template((title, text), edited), edited


EDITS = [
    ("an obituary in English", [("short", "brief")]),
    ("an obituary in English", [("Tuesday", "Monday"), ("flowers", "wreaths")]),
    ("an obituary in English", [("mathematics", "arithmetic"), ("The town", "the town")]),
    ("an obituary in Arabic", [("اليوم", "أمس")]),
    ("an obituary in Arabic", [("مدة", "لمدة"), ("طويلة", "مديدة")]),
    ("a cable in Russian", [("отмечается", "подчеркивается"), ("успешно", "активно")]),
    ("a share index in Chinese", [("分析人士", "专家"), ("略有放大", "有所增加")]),
    ("a visit in Thai", [("คาดว่า", "เชื่อว่า")]),
]


@pytest.mark.parametrize(("name", "swaps"), EDITS)
def test_a_synonym_is_no_filling(name: str, swaps: list[tuple[str, str]]) -> None:
    title, text = news(name)
    edited = text
    for old, new in swaps:
        assert old in edited
        edited = edited.replace(old, new)
    assert not is_template((title, text), (title, edited))


REPORT = (
    "Bus overturns on the coast road",
    "{0}A bus overturned on the coast road near the old lighthouse early this morning, and rescue workers needed two "
    "hours to free all passengers. Police said that {1} people were killed and that the injured were taken to "
    "hospitals in the district. The road was closed until noon. Witnesses spoke of heavy rain and poor sight. The "
    "company that runs the line said that the bus had passed its inspection in spring and that the driver knew the "
    "road well.{2}",
)


def report(start: str = "", toll: str = "3", end: str = "") -> tuple[str, str]:
    return REPORT[0], REPORT[1].format(start, toll, end)


def test_several_names_that_stand_once_each_fill_slots_unless_the_report_is_edited() -> None:
    report = (
        "The interior ministry said in a statement that the sentence was carried out on Sunday morning. The court heard"
        " that {0} had attacked {1} with a knife after a quarrel between the two over a debt. Police arrested the"
        " attacker soon afterwards, and the inquiry led to a charge before the general court of the region. The ruling"
        " was upheld on appeal and an order was then issued that it be enforced. The ministry added that the government"
        " is determined to keep the public safe and to enforce the law against all who break it."
    )
    one = report.format("Tobias Ferrand Oakes", "Lionel Gray")
    other = report.format("Marcus Idwal Penrose", "Stefan Brandt")
    title = "Sentence carried out in the north"
    assert is_template((title, one), (title, other))
    edited = other.replace("the two over", "both over").replace(" soon afterwards", "")
    assert not is_template((title, one), (title, edited))
    assert not is_template((title, one), (title, one.replace("Tobias Ferrand Oakes", "Marcus Idwal Penrose")))
    reworded = one.replace("quarrel", "dispute").replace("inquiry", "probe").replace("determined", "resolved")
    assert not is_template((title, one), (title, reworded))


def test_a_corrected_toll_is_other_news_and_dates_at_the_ends_are_not() -> None:
    assert is_template(report(), report(toll="5"))
    assert is_template(report("12 March: "), report("13 March: ", toll="5"))
    assert not is_template(report("12 March: "), report("13 March: "))
    assert not is_template(report(end=" Updated 10:45"), report(end=" Updated 11:30"))
    assert not is_template(report("By Ann Lee. "), report("From Omar Haddad. "))
    assert not is_template(report("By Ann Lee. ", end=" Ann Lee"), report("By Omar Haddad. ", end=" Omar Haddad"))


def test_one_figure_in_other_words_or_in_an_edited_report_is_an_edit() -> None:
    title, text = report()
    assert not is_template((title, text), (title, report(toll="three")[1]))
    rewritten = report(toll="5")[1].replace("Witnesses spoke of heavy rain and poor sight. ", "").replace("early ", "")
    assert not is_template((title, text), (title, rewritten))
    assert not is_template(report(toll="1,200 or 34"), report(toll="1200 or 34"))


def test_a_figure_of_the_title_counts_wherever_it_stands() -> None:
    one, other = (
        (f"{toll} killed on the coast road", f"{toll} people were killed when a bus overturned. {report()[1]}")
        for toll in ("3", "5")
    )
    assert is_template(one, other)
    assert not is_template((report()[0], one[1]), (report()[0], other[1]))


def test_names_that_share_a_letter_by_chance_are_one_difference() -> None:
    title, text, _ = NEWS["an appointment in Chinese"]
    one, other = ((title.format(name), text.format(name)) for name in ("欧阳国栋梁", "司马国海平"))
    row = differences(texts_of([one, other]), np.array([0]), np.array([1]))[0]
    assert row[kernels.COMPARED] == 2  # the name stands twice in the text
    assert row[kernels.TITLED] > 0
    assert row[kernels.EDITS] == row[kernels.RESPELT] == 0


def test_words_that_many_texts_have_fill_no_slot() -> None:
    one, other = news("an obituary in English", 0), news("an obituary in English", 1)
    names = "Harold Finch Oswin Tarrant"
    assert is_template(one, other, [("", f"Number {at} of many.") for at in range(200)])
    assert not is_template(one, other, [("", f"Number {at} of many about {names}.") for at in range(200)])


def test_of_very_many_texts_some_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_COUNTED", 10)
    texts = texts_of([("", "one word"), ("", "another word")] * 10)
    assert texts.counted == 7  # every third
    assert sorted(texts.counts[texts.counts > 0].tolist()) == [3, 4, 7]


def test_short_texts_are_compared_with_their_titles() -> None:
    title = "The king sends his greetings and best wishes to {} {} on the anniversary of the founding of the republic"
    one, other = ((title.format(*name), "The palace said so.") for name in (("Joyce", "Mbeki"), ("Luis", "Alvarez")))
    row = differences(texts_of([one, other]), np.array([0]), np.array([1]))[0]
    assert row[kernels.SINGLE] > 1
    assert row[kernels.TITLED] == row[kernels.EDITS] == 0
    assert not is_template(one, other)  # nothing tells a name from other words
    assert is_template(one, other, [("", f"Other news of the day {at}.") for at in range(100)])


def test_texts_too_far_apart_are_no_template() -> None:
    one, other = ("", " ".join(f"a{at}" for at in range(MOST_CHANGES))), ("", " ".join(["word"] * MOST_CHANGES))
    assert (differences(texts_of([one, other]), np.array([0]), np.array([1])) == -1).all()
    assert not is_template(one, other)


def test_where_pairs_outnumber_texts_those_of_other_lengths_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"word{number}" for number in range(1300)]
    # one token less or more than what is aligned; and texts so short that their titles are read as well
    lengths = [11, 12, 30, 30 + MOST_CHANGES, 31 + MOST_CHANGES, 430 + MOST_CHANGES, 431 + MOST_CHANGES]
    texts = texts_of([("a title", " ".join(words[:length])) for length in lengths])
    left, right = (rows.ravel() for rows in np.indices((len(lengths), len(lengths))))
    found = differences(texts, left, right)
    asked = []
    monkeypatch.setattr(module, "_PAIRS_PER_TEXT", 99)
    np.testing.assert_array_equal(found, differences(texts, left, right))
    far = found[:, 0] < 0
    assert far.sum() > 10
    monkeypatch.setattr(module, "_PAIRS_PER_TEXT", 4)
    monkeypatch.setattr(module, "_aligned", lambda texts, left, right, most: asked.append(len(left)) or found[~far])
    np.testing.assert_array_equal(found, differences(texts, left, right))
    assert asked == [(~far).sum()]


def test_nothing_is_judged_of_nothing() -> None:
    none = np.zeros(0, np.int64)
    assert filled_templates(texts_of([]), none, none).tolist() == []
    assert filled_templates(texts_of([("", ""), ("", "")]), np.array([0]), np.array([1])).tolist() == [False]


def test_pairs_are_judged_alike_in_one_piece_and_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [news(name, which) for name in NEWS for which in (0, 1)]
    texts = texts_of(articles)
    left, right = np.triu_indices(len(articles), 1)
    whole = differences(texts, left, right)
    monkeypatch.setattr(ragged, "_UNITS_AT_ONCE", 3000)
    assert (differences(texts, left, right) == whole).all()
    assert (differences(texts, left[::-1], right[::-1])[::-1] == whole).all()


def common(left: list[int], right: list[int]) -> int:
    """The length of the longest common subsequence, by the textbook."""
    row = [0] * (len(right) + 1)
    for one in left:
        before = row
        row = [0]
        for at, other in enumerate(right):
            row.append(before[at] + 1 if one == other else max(row[at], before[at + 1]))
    return row[-1]


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_an_alignment_keeps_as_much_as_any(left: list[int], right: list[int]) -> None:
    partner = np.full(len(left) + 1, 7, np.int32)
    changes = align(np.array(left, np.uint64), np.array(right, np.uint64), partner, *BUFFERS)
    matched = [(at, other) for at, other in enumerate(partner[: len(left)].tolist()) if other >= 0]
    assert changes == len(left) + len(right) - 2 * len(matched)
    assert len(matched) == common(left, right)
    assert all(left[at] == right[other] for at, other in matched)
    assert [other for _, other in matched] == sorted({other for _, other in matched})


WORDS = st.lists(st.sampled_from(["one", "two", "three", "4", "55", "Amman", "東", "京", "都"]), max_size=30).map(
    " ".join
)


@given(WORDS, WORDS)
def test_every_difference_is_of_one_kind(one: str, other: str) -> None:
    row = differences(texts_of([("", one), ("", other)]), np.array([0]), np.array([1]))[0]
    assert (row >= 0).all()
    assert row[kernels.TITLED] == row[kernels.TITLED_FIGURES] == 0  # there is no title
    if tokens(one) == tokens(other):
        assert not row.any()


def test_passages_with_figures_that_were_moved_are_no_slots() -> None:
    rest = " ".join(f"rest{at}" for at in "abcdefghijklmnopqrstuvwxyz" * 4)
    first, second = "in 2000 the mill had ten men and a horse", "in 2012 the mill had red walls"
    between = "nobody in town had a loaf from it then"
    one, other = f"{rest} {first} {between} {second} {rest}", f"{rest} {second} {between} {first} {rest}"
    assert not is_template(("Mill", one), ("Mill", other))
    assert is_template(("Mill", one), ("Mill", one.replace("2012", "2013")))
