"""The verb and its page: one file, nothing from elsewhere, and nothing that articles say is ever markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
import zlib
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sada.cli.commands.groups import report
from sada.cli.output.html_report import INTERFACES, json_element, packed, report_page
from sada.cluster.stories.views import name_of
from sada.indexes import NewsIndex
from sada.indexes.errors import IndexBusyError
from sada.indexes.handle.story_store import StoryStore

ASSETS = Path(str(files("sada.cli") / "data" / "report"))
HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<!--<script>",
    "]]></title><svg onload=document.title='owned'>",
    "{{data}} {{script}} &lt;b&gt; \u2028 \x00",
    '"};document.title="owned";//',
)


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text in each kind of element."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.open = [], {}, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        self.open = attrs.get("id") or tag

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        self.texts[self.open] = self.texts.get(self.open, "") + data

    def json(self, name):
        return json.loads(self.texts[name])


@pytest.fixture
def made(sada, index, tmp_path):
    """The page that the verb writes of an index."""

    def made(*options, path=index):
        sada("report", path, "-o", tmp_path / "report.html", "--whole", *options)
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    return made


@pytest.fixture
def hostile(sada, write, corpus):
    """An index in which all that an article says is hostile."""
    rows = [
        row | {"id": f"{row['id']}{bad}", "title": bad, "text": f"{bad} {row['text']} {bad}", "source": bad, "url": url}
        for row, bad, url in zip(corpus, HOSTILE, ["javascript:document.title='owned'", *HOSTILE], strict=False)
    ]
    path = write(rows).with_name("hostile.sada")
    sada("build", write(rows), "-i", path, "--encoder", "none")
    return path


def unpack(texts):
    return [text for block in texts["blocks"] for text in json.loads(zlib.decompress(base64.b64decode(block), -15))]


def test_the_page_holds_the_stories_and_texts_of_the_index(sada, made, index, corpus):
    page = made()
    told = page.json("data")["report"]
    stories = sada("stories", index, "--all", "--sort", "size").rows
    assert [story["id"] for story in told["stories"]] == [story["story"] for story in stories]
    assert told["articles"]["id"] == [id_ for story in stories for id_ in story["articles"]]
    texts = {row["id"]: row["text"] for row in corpus}
    assert unpack(page.json("texts")) == [texts[id_] for id_ in told["articles"]["id"]]
    assert "texts" not in told


def test_the_verb_says_what_it_wrote(sada, index, tmp_path):
    path = tmp_path / "report.html"
    ran = sada("report", index, "-o", path, "--whole")
    stories = len(sada("stories", index, "--all").rows)
    assert ran.out == "" and ran.err == f"{stories} stories, 6 articles, {path.stat().st_size / 1e6:.1f} MB\n"
    assert [left.name for left in tmp_path.iterdir()] == ["report.html"]


def test_a_large_page_is_met_with_advice(sada, index, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "_LARGE", 1000)
    ran = sada("report", index, "-o", tmp_path / "report.html", "--whole")
    assert ran.err.endswith(" MB\nnote: --limit, --since or another filter makes it smaller\n")


@pytest.fixture
def week(sada, write, tmp_path):
    """Two stories of copies of one day, one of ten days before, one article alone, and a series of six days."""
    told = {
        "ferry": (
            "The ferry struck the stone pier in dense fog and divers are searching the cold water below",
            [9, 9, 9],
        ),
        "comet": ("A comet crossed the evening sky and children were let out of bed to look at it at last", [9, 9]),
        "mayor": ("The mayor resigned over a quarrel about benches and nobody was there to hear of it", [0, 0]),
        "alone": ("Rain fell on the plain for nine days and the river left its bed at night without a sound", [9]),
    }
    rows = [
        {
            "id": f"{name}{at}",
            "title": f"{name} story",
            "text": text,
            "source": f"outlet {at}",
            "date": f"2024-07-1{day}",
        }
        for name, (text, days) in told.items()
        for at, day in enumerate(days)
    ]
    wind = (
        "the wind turns to the {} over the bay with gusts of {} knots and the sea is {} feet high at the old lighthouse"
    )
    rows += [
        {
            "id": f"wind{day}",
            "title": f"Wind turns {side}",
            "text": wind.format(side, 11 * day, 90 - day),
            "date": f"2024-07-1{day}",
        }
        for day, side in enumerate(["north", "east", "south", "west", "inland", "seaward"], 4)
    ]
    sada("build", write(rows), "-i", tmp_path / "week.sada", "--encoder", "none")
    return tmp_path / "week.sada"


@pytest.mark.parametrize(
    ("options", "heads", "left"),
    [
        ([], ["ferry", "comet"], "3 stories left out (1 older, 1 of fewer than 2 articles, 1 routine); --whole takes"),
        (["--days", "20"], ["ferry", "comet", "mayor"], "2 stories left out (1 of fewer than 2 articles, 1 routine)"),
        (["--since", "2024-07-10"], ["ferry", "comet", "mayor"], "2 stories left out (1 of fewer than 2"),
        (["--routine"], ["Wind", "ferry", "comet"], "2 stories left out (1 older, 1 of fewer than 2 articles); "),
        (["--min-size", "1"], ["ferry", "comet", "alone"], "2 stories left out (1 older, 1 routine); "),
        (
            ["--limit", "1"],
            ["ferry"],
            "4 stories left out (1 older, 1 of fewer than 2 articles, 1 routine, 1 beyond the 1 l",
        ),
        (
            ["--whole", "--limit", "4"],
            ["Wind", "ferry", "comet", "mayor"],
            "1 story left out (1 beyond the 4 largest)\n",
        ),
    ],
)
def test_it_holds_what_an_editor_opens_first(sada, week, tmp_path, options, heads, left):
    ran = sada("report", week, "-o", tmp_path / "report.html", *options)
    told = Page((tmp_path / "report.html").read_text(encoding="utf-8")).json("data")["report"]
    titles = told["articles"]["title"]
    assert [titles[story["head"]].split()[0] for story in told["stories"]] == heads
    assert left in ran.err and sum(told["left_out"].values()) == int(left.split()[0])


def test_the_whole_leaves_nothing_out(sada, week, tmp_path):
    ran = sada("report", week, "-o", tmp_path / "report.html", "--whole")
    told = Page((tmp_path / "report.html").read_text(encoding="utf-8")).json("data")["report"]
    assert len(told["articles"]["id"]) == 14 and set(told["left_out"].values()) == {0}
    assert "left out" not in ran.err


def test_stories_that_could_not_be_stored_are_noted(sada, write, corpus, tmp_path, monkeypatch):
    index = tmp_path / "new.sada"
    sada("build", write(corpus), "-i", index, "--encoder", "none")

    def busy(*_, **__):
        raise IndexBusyError("another process is writing")

    monkeypatch.setattr(StoryStore, "store", busy)
    ran = sada("report", index, "-o", "-")
    assert ran.err.startswith("note: the stories could not be stored, so links to them may not last")
    assert Page(ran.out).json("data")["report"]["stored"] is False


def test_a_dash_is_standard_output(sada, index, tmp_path):
    assert Page(sada("report", index, "-o", "-").out).json("data")["report"]["indexed"] == 6
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing option '-o'"),
        (["-o", "{tmp}"], "is a folder; name a file in it"),
        (["-o", "{tmp}/no/report.html"], "there is no folder"),
        (["-o", "{tmp}/report.html", "--interface", "tlh"], "'tlh' is not one of"),
        (["-o", "{tmp}/report.html", "--limit", "0"], "0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_written_is_said_first(sada, index, tmp_path, arguments, message):
    ran = sada("report", index, *(argument.format(tmp=tmp_path) for argument in arguments), code=2)
    assert message in ran.err and list(tmp_path.iterdir()) == []


def test_what_was_there_stays_until_the_page_is_whole(sada, index, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("yesterday's")
    assert "not a Sada index" in sada("report", tmp_path / "absent", "-o", path, code=2).err

    def broken(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", broken)
        assert "cannot be written" in sada("report", index, "-o", path, code=2).err
    assert path.read_text() == "yesterday's" and [left.name for left in tmp_path.iterdir()] == ["report.html"]
    sada("report", index, "-o", path)
    assert path.read_text().startswith("<!doctype html>")


def test_filters_and_a_limit_choose_the_stories(sada, made, index):
    all_ = sada("stories", index, "--all", "--sort", "size").rows
    arabic = [story["story"] for story in all_ if "ar" in story["languages"]]
    assert [story["id"] for story in made("--language", "ar").json("data")["report"]["stories"]] == arabic
    assert made("--limit", "1").json("data")["report"]["articles"]["id"] == all_[0]["articles"]
    since = made("--since", "2024-07-02").json("data")["report"]["articles"]["id"]
    assert sorted(since) == ["b1", "b2"]
    assert made("--source", "nobody").json("data")["report"]["stories"] == []


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_page_speaks_the_language_of_its_interface(made, interface):
    page = made("--interface", interface)
    strings = json.loads((ASSETS / f"strings.{interface}.json").read_text(encoding="utf-8"))
    (attributes,) = [attributes for tag, attributes in page.elements if tag == "html"]
    assert attributes == {"lang": interface, "dir": {"en": "ltr", "ar": "rtl"}[interface]}
    assert page.texts["title"] == strings["name"] and page.json("data")["strings"] == strings
    assert page.texts["clear"] == strings["clear"]


def test_a_title_is_text(made):
    page = made("--title", '<b>"Ours" & {{data}}')
    assert page.texts["title"] == page.texts["h1"] == '<b>"Ours" & {{data}}'
    assert made("--title", "a\udcffb").texts["title"] == "a?b"


def test_nothing_is_loaded_and_nothing_else_may_run(sada, index, tmp_path):
    sada("report", index, "-o", tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    for tag, attributes in page.elements:
        assert not {"src", "srcset", "action", "style", "ping"} & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag
        assert attributes.get("href", "#").startswith(("#", "data:")), attributes
    (policy,) = [a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and "'unsafe" not in policy and "http" not in policy
    assert rules["require-trusted-types-for"] == "'script'" and rules["trusted-types"] == "'none'"
    for kind, pattern in (("style", r"<style>(.*?)</style>"), ("script", r'<script type="module">(.*?)</script>')):
        (body,) = re.findall(pattern, text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
        assert not re.search(
            r"@import|url\(|fetch\(|XMLHttp|innerHTML|outerHTML|insertAdjacent|eval\(|https?://(?!www\.w3)", body
        )


def test_hostile_articles_change_no_element_of_the_page(made, hostile):
    page, harmless = made(path=hostile), made()
    assert page.elements == harmless.elements
    with NewsIndex.open(hostile) as index:
        articles = [index.get(id_) for id_ in page.json("data")["report"]["articles"]["id"]]
    shown = page.json("data")["report"]["articles"]["title"]
    assert shown == [name_of(article) for article in articles]
    assert unpack(page.json("texts")) == [article.plain_text for article in articles]
    assert any("</script>" in article.title for article in articles) and "<script>" in shown  # it is never closed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@example("</script>")
@example({"<!--": ["\\u003c", "]]>"]})
def test_a_json_element_cannot_be_ended_from_within(value):
    text = json_element(value)
    assert "<" not in text and json.loads(text) == value


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 60))
def test_texts_come_out_as_they_went_in(texts, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sada.cli.output.html_report._BLOCK", size)
        found = packed(texts)
    assert unpack(found) == texts
    for start, block in zip(found["starts"], found["blocks"], strict=True):
        first = json.loads(zlib.decompress(base64.b64decode(block), -15))[0]
        assert texts[start] == first


def test_a_page_of_nothing_is_a_page():
    data = {"texts": [], "stories": []}
    page = Page(report_page(data, title=None, interface="en", made=datetime(2024, 7, 1, tzinfo=UTC)).decode())
    assert page.json("texts") == {"starts": [], "blocks": []}
    assert page.json("data")["made"] == 1719792000


def strings_of(interface):
    return json.loads((ASSETS / f"strings.{interface}.json").read_text(encoding="utf-8"))


def slots(value):
    return set(re.findall(r"\{(\w+)\}", value if isinstance(value, str) else value["other"]))


def test_both_interfaces_say_the_same_things():
    english, arabic = strings_of("en"), strings_of("ar")
    assert list(english) == list(arabic)
    for key, value in english.items():
        assert slots(value) == slots(arabic[key]), key
        if isinstance(value, dict):
            assert list(value) == ["one", "other"]
            assert list(arabic[key]) == ["zero", "one", "two", "few", "many", "other"]


def test_every_word_is_used_and_there():
    sources = "".join(path.read_text(encoding="utf-8") for path in ASSETS.iterdir() if path.suffix in (".js", ".html"))
    asked = set(re.findall(r'(?:phrase|words|section|relation|side)\(\s*"(\w+)"', sources))
    asked |= set(re.findall(r"\{\{(\w+)\}\}", sources)) - {
        "lang",
        "dir",
        "title",
        "version",
        "policy",
        "style",
        "script",
    }
    strings = strings_of("en")
    assert asked - set(strings) == {"data", "texts"}
    built = ("count_", "n_", "order_", "opened", "joined", "left", "merged", "locale", "name")  # of parts, or from data
    unused = {key for key in strings if key not in asked and f'"{key}"' not in sources and not key.startswith(built)}
    assert unused == set()


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(dark):
    style = (ASSETS / "base.css").read_text(encoding="utf-8")
    colours = {name: pair[dark] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style)}
    texts = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "raised")]
    texts += [("gone", "gone-paper"), ("new", "new-paper"), ("on-accent", "accent")]
    for ink, ground in texts:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for edge in ("strong-rule", "accent"):
        assert contrast(colours[edge], colours["paper"]) >= 3, edge


def test_the_examples_of_the_help_parse(sada):
    out = sada("report", "--help").out
    for example_ in out.split("\n  Examples:\n")[1].splitlines():
        name, verb, *arguments = shlex.split(example_)
        assert (name, verb) == ("sada", "report")
        assert report.command.make_context("report", list(arguments)).params["output"] == arguments[2]
    assert isinstance(report.command, click.Command)
