from __future__ import annotations

import json

import pytest

from sada.indexes.errors import InputError
from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.markers import KINDS, Mark, Markers
from sada.indexes.pages.segmentation import Page, segment_page

FIRST = "The harbour museum opened its doors again on Sunday, seven months after the flood that ruined its cellars."
SECOND = "Visitors queued for two hours in the rain, and most of the ship models were saved by volunteers."
THIRD = "The cellar will stay closed until the council has paid for a second pump, the director said."


def page_of(*lines):
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Source: Coast Wire"], "Coast Wire"),
        (["(Source: Coast Wire)"], "Coast Wire"),
        (["**Source:** Coast Wire"], "Coast Wire"),
        (["Source", "Coast Wire"], "Coast Wire"),
        (["المصدر / وكالة المرفأ"], "وكالة المرفأ"),
        (["المصــدر: وكالة المرفأ"], "وكالة المرفأ"),
        (["مصدر الخبر:", "جريدة ضفاف"], "جريدة ضفاف"),
        (["Fuente: EFE."], "EFE"),
        (["Источник: «Вестник гавани»"], "«Вестник гавани»"),
        (["ماخذ: ساحل نیوز"], "ساحل نیوز"),
        (["来源：海图新闻"], "海图新闻"),
        (["Quelle - dpa"], "dpa"),
    ],
)
def test_a_source_is_told_in_many_ways(lines, name):
    assert segment_page(page_of(FIRST, SECOND, *lines), title="T") == Page("T", page_of(FIRST, SECOND), source=name)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Tags: flood, ship models; rain"], ["flood", "ship models", "rain"]),
        (["الكلمات المفتاحية:", "سوق السمك، الميناء"], ["سوق السمك", "الميناء"]),
        (["Etiketler: liman | müze"], ["liman", "müze"]),
        (["Теги: порт, шторм"], ["порт", "шторм"]),
        (["برچسب‌ها: #زلزله #دره_سرو"], ["زلزله", "دره_سرو"]),
        (["Schlagwörter:\nHafen\nFlut\nOlwen Pike"], ["Hafen", "Flut", "Olwen Pike"]),
        (
            ["Tags: harbour museum ship models council director"],
            ["harbour museum", "ship models", "council", "director"],
        ),
        (["Tags: flood flood"], ["flood"]),
    ],
)
def test_keywords_are_parted_by_what_parts_them_or_by_the_text(lines, words):
    page = segment_page(page_of(FIRST, SECOND, THIRD, *lines), title="T")
    assert (list(page.keywords), page.text) == (words, page_of(FIRST, SECOND, THIRD))


def test_the_longest_phrases_win():
    text = "We saw alpha beta gamma delta here, then delta epsilon there."
    page = segment_page(page_of(text, SECOND, "Tags: alpha beta gamma delta epsilon"), title="T")
    assert page.keywords == ("alpha beta gamma delta", "epsilon")


def test_keywords_that_no_text_has_go_by_ones_and_twos():
    text = "افتتح رئيس البلدية صباح الأربعاء سوق السمك في الميناء الشرقي بعد ثلاثة أعوام من العمل."
    keywords = "كلمات دلالية: سوق السمك أسعار المازوت الثلاجة المركزية رسوم"
    page = segment_page(page_of(text, keywords), title="T")
    assert page.keywords == ("سوق السمك", "أسعار المازوت", "الثلاجة المركزية", "رسوم")


@pytest.mark.parametrize(
    ("content", "headlines"),
    [
        ("Owl found in hall | Fares to rise", ["Owl found in hall", "Fares to rise"]),
        (
            "عطل في المضخة يربك سكان التلة «المجلس المحلي»: صهاريج مجانية للمدارس",
            ["عطل في المضخة يربك سكان التلة", "«المجلس المحلي»: صهاريج مجانية للمدارس"],
        ),
        (
            "مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» وصول ثلاث شاحنات إلى المدينة",
            ["مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة»", "وصول ثلاث شاحنات إلى المدينة"],
        ),
        (
            "مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» في كل الأقسام والممرات",
            ["مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» في كل الأقسام والممرات"],
        ),
        ("قمة «العشرين» تنطلق غدا في المدينة", ["قمة «العشرين» تنطلق غدا في المدينة"]),
        (
            "La ministre parle d’une décision «difficile» prise après des mois de silence et de doute",
            ["La ministre parle d’une décision «difficile» prise après des mois de silence et de doute"],
        ),
    ],
)
def test_headlines_on_one_line_are_parted(content, headlines):
    page = segment_page(page_of(FIRST, f"أخبار ذات صلة {content}", SECOND, "المصدر: المرفأ"), title="T")
    assert (list(page.inline), page.text) == (headlines, page_of(FIRST, SECOND))


@pytest.mark.parametrize(
    "line",
    [
        "Share  Tweet  Email  Print", "شارك الخبر: فيسبوك | إكس | واتساب", "Photo: Ines Harrowgate", "(تصوير: سامي)",
        "12 commentaires", "Comments (12)", "© 2025 Portal Nordwall. Alle Rechte vorbehalten.", "جميع الحقوق محفوظة",
        "Jetzt unseren kostenlosen Newsletter abonnieren", "We use cookies to improve your experience. Accept?",
        "Подпишитесь на наш телеграм-канал, чтобы не пропустить главное.", "Read more", "...المزيد", "Next Previous",
    ],
)  # fmt: skip
def test_lines_that_are_no_part_of_an_article_are_kept_apart(line):
    page = segment_page(page_of(FIRST, line, SECOND), title="T")
    assert (page.text, page.other) == (page_of(FIRST, SECOND), (line,))


@pytest.mark.parametrize(
    "line",
    ["By Corin Ashdale, transport correspondent", "كتب - نادر البحري", "12 March 2026, 10:30", "Home > News > Port"],
)
def test_above_the_text_so_are_who_when_and_where(line):
    page = segment_page(page_of("Museum reopens", line, FIRST, SECOND))
    assert (page.title, page.text, page.other) == ("Museum reopens", page_of(FIRST, SECOND), (line,))
    below = page_of(FIRST, line, SECOND)
    assert segment_page(below, title="T") == Page("T", below)


# markers


def test_a_marker_is_told_with_its_form_and_what_follows():
    find = load_markers().find
    assert find("Read also") == Mark("read_also", "alone")
    assert find("إقرأ أيضاً:") == Mark("read_also", "colon")
    assert find("● Read also 👇") == Mark("read_also", "alone")
    assert find("READ ALSO - Owl found") == Mark("read_also", "parted", "Owl found")
    assert find("Read also Owl found") == Mark("read_also", "bare", "Owl found")
    assert find("[Source: Coast Wire]") == Mark("source", "parted", "Coast Wire")
    assert find("Source-based reporting") is find("Sources say so") is find("“Source: internal”") is None
    assert find("Source?") is find("") is find("—") is None


def test_phrases_have_numbers_gaps_and_separators():
    markers = Markers({"en": {"other": ["# replies", "Join … today", "… our letter", "Psst …"], "keywords": ["On:"]}})
    noise = Mark("other", "alone")
    assert [markers.find(line) for line in ("12 replies", "1,204 replies", "Join us all today")] == [noise] * 3
    assert [markers.find(line) for line in ("Do get our letter", "Psst, over here. Come!")] == [noise] * 2
    assert markers.find("replies") is markers.find("Join us") is markers.find("In our letters") is None
    assert markers.find("He wrote it all down in our letter.") is None
    assert (markers.find("On: mice"), markers.find("On mice"), markers.find("On")) == (
        Mark("keywords", "parted", "mice"),
        None,
        None,
    )


def test_the_markers_that_sada_knows_are_well_formed():
    known = load_markers().phrases
    assert {"ar", "fa", "ur", "en", "fr", "es", "tr", "ru", "de"} <= known.keys()
    for kinds in known.values():
        assert kinds.keys() == set(KINDS)
        assert all(len(set(phrases)) == len(phrases) > 0 for phrases in kinds.values())


def test_a_file_extends_or_replaces_them(tmp_path):
    path = tmp_path / "markers.json"
    text = page_of(FIRST, "Bron van dit bericht: De Golf", "Source: Coast Wire", THIRD)
    path.write_text(json.dumps({"nl": {"source": ["Bron van dit bericht"]}}), encoding="utf-8")
    extended = segment_page(text, title="T", markers=load_markers(path))
    assert extended == Page("T", page_of(FIRST, THIRD), source="De Golf", other=("Coast Wire",))
    path.write_text(json.dumps({"extends": False, "nl": {"source": ["Bron van dit bericht"]}}), encoding="utf-8")
    alone = segment_page(text, title="T", markers=load_markers(path))
    assert alone == Page("T", page_of(FIRST, "Source: Coast Wire", THIRD), source="De Golf")


def test_of_two_kinds_that_a_phrase_has_the_file_s_own_counts(tmp_path):
    path = tmp_path / "markers.json"
    path.write_text(json.dumps({"en": {"other": ["Source"]}}), encoding="utf-8")
    assert load_markers(path).find("Source: Coast Wire") == Mark("other", "parted", "Coast Wire")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not an object; write"),
        ('{"extends": 1}', '"extends" is neither true nor false; write false'),
        ('{"en": []}', '"en" is not an object; write'),
        ('{"en": {"sauce": []}}', '"en" has the kind "sauce"; there are source, keywords'),
        ('{"en": {"source": "Source"}}', '"source" of "en" is not a list of texts; write ["Source"]'),
        ('{"en": {"source": ["?"]}}', '"source" of "en" has a phrase without a word: "?"; leave it out'),
        ('{"en": {"source": ["From …"]}}', '"source" of "en" has a phrase with "…"; only "other" may have it'),
    ],
)
def test_what_is_no_file_of_markers_is_refused_in_one_line(tmp_path, content, complaint):
    path = tmp_path / "markers.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_markers(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ") and complaint in message and "\n" not in message


def test_an_absent_file_of_markers_is_told(tmp_path):
    with pytest.raises(InputError, match=r"absent.json: cannot be read: No such file"):
        load_markers(tmp_path / "absent.json")
