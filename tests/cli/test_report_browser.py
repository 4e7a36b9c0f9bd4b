"""The page in a real browser: what it shows is what is so, whoever reads it, and nothing that articles say runs."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from sada.cli.main import main
from sada.cluster import explain, find_stories, source_echoes
from sada.cluster.stories.stories import METHOD
from sada.indexes import NewsIndex
from sada.indexes.sample import SAMPLE
from sada.indexes.text.dates import parse_date
from sada.indexes.text.tokens import fold

webdriver = pytest.importorskip("selenium.webdriver")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = importlib.util.find_spec("axe_playwright_python")
PATIENCE = 20

pytestmark = pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="needs Chromium and chromedriver")

# No tags of HTML, which would be left out, but elements to a page that takes them for markup.
BAD = "<x onerror=\"document.title='owned'\" onload=y> </script x"
WORSE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
FERRY = (
    "Five people died and thirty were hurt when the evening ferry struck the stone pier of the old harbour in dense"
    " fog, the port authority said on Monday, and divers were still searching the cold water below the quay for two"
    " passengers who are missing while the captain is being questioned"
)
ODD = [
    {
        "id": f"a{WORSE}",
        "title": BAD,
        "text": f"{BAD}\n{FERRY}",
        "url": "javascript:document.title='owned'",
        "source": WORSE,
    },
    {
        "id": "a%2",
        "title": BAD,
        "text": f"{BAD}\n{FERRY.replace('questioned', 'interviewed')}",
        "url": "data:text/html,x",
    },
    {"id": "a 3", "title": "قالت الشرطة", "text": FERRY, "url": " HTTPS://b.example/?q=<b>", "language": "en"},
    {"id": "a#4", "title": "iPhone من آبل", "text": "نص", "url": "//c.example", "language": "ar"},
    {"id": "a/5", "title": "Latin letters", "text": "more of them", "url": "http://d.example", "language": "fa"},
    {"id": "a:6", "title": "Headline", "text": "", "url": "vbscript:x", "language": "zz <b>"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The sample in both interfaces (``en.html``, ``ar.html``), also of three stories, ``odd.html``, ``many.html``."""
    folder = tmp_path_factory.mktemp("pages")
    dates = [row | {"date": f"2024-07-01T0{n}:00:00Z"} for n, row in enumerate(ODD)]
    chance = random.Random(0)
    many = [
        {"id": f"m{n}", "title": f"{chance.getrandbits(60):x}", "date": f"2024-07-0{1 + n % 9}"} for n in range(300)
    ]
    for name, rows in (("odd", dates), ("many", many)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name, source in (("sample", SAMPLE), ("odd", folder / "odd.jsonl"), ("many", folder / "many.jsonl")):
        assert main(["build", str(source), "-i", str(folder / f"{name}.sada"), "--encoder", "none"]) == 0
    with NewsIndex.open(folder / "odd.sada") as index:
        find_stories(index)
        index.stories.store([], {"s-merged": find_stories(index).of("a 3").id}, METHOD)
    pages = {"en": ("sample",), "ar": ("sample", "--interface", "ar"), "odd": ("odd",), "many": ("many",)}
    pages |= {"few": ("sample", "--limit", "3"), "few-ar": ("sample", "--limit", "3", "--interface", "ar")}
    for name, (index, *options) in pages.items():
        assert (
            main(["report", str(folder / f"{index}.sada"), "-o", str(folder / f"{name}.html"), "--whole", *options])
            == 0
        )
    return folder


@pytest.fixture(scope="module")
def chromium():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield browser
    browser.quit()


class Reader:
    """Reads the pages, and waits for what a page does in its own time."""

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder

    def open(self, name="en", address="", width=1280, dark=False):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.browser.get("about:blank")  # the same page with another fragment would only go there
        self.browser.get(f"{(self.folder / f'{name}.html').as_uri()}{address}")
        return self

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def all(self, selector):
        return [found for found in self.browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]

    def one(self, selector):
        (found,) = self.all(selector)
        return found

    def until(self, true):
        return WebDriverWait(self.browser, PATIENCE, poll_frequency=0.02).until(lambda _: true())

    @property
    def count(self):
        return self.one("#count").text

    @property
    def focused(self):
        return self.browser.switch_to.active_element

    def is_filled(self):
        """True if everything that is open has been unpacked."""
        return self.run("return [...document.querySelectorAll('.panel:not([hidden])')].every((one) => one.firstChild)")

    def go_to(self, row):
        """Open the page of the odd articles at one of them."""
        self.open("odd", f"#article-{quote(row['id'], safe='')}")
        self.until(lambda: self.all(".panel") and self.is_filled())

    def press(self, *keys):
        webdriver.ActionChains(self.browser).send_keys(*keys).perform()


@pytest.fixture
def page(chromium, folder):
    """A reader; whatever it read, the console has nothing to say afterwards, and nothing was asked of a network."""
    reader = Reader(chromium, folder)
    yield reader
    assert [entry["message"] for entry in chromium.get_log("browser")] == []
    sent = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    addresses = [one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"]
    assert [address for address in addresses if not address.startswith(("file:", "data:"))] == []
    assert chromium.title != "owned"


@pytest.fixture(scope="module")
def articles():
    rows = map(json.loads, SAMPLE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def stories(folder):
    output = folder / "stories.json"
    assert main(["stories", str(folder / "sample.sada"), "--all", "--format", "json", "-o", str(output)]) == 0
    return json.loads(output.read_text())


def count_of(stories, meets, *, alone=False):
    """What the page says if articles meet some filters: how many stories have one, and how many these are."""
    listed = [story for story in stories if story["size"] > 1 or alone]
    met = [sum(map(meets, story["articles"])) for story in listed]
    told = len([n for n in met if n]), sum(met)
    names = ("story" if told[0] == 1 else "stories", "article" if told[1] == 1 else "articles")
    return f"{told[0]} {names[0]}, {told[1]} {names[1]}" if told[0] else None


def test_all_stories_are_listed_at_first(page, stories):
    page.open()
    assert page.count == count_of(stories, lambda id_: True)
    assert len(page.all(".story")) == sum(story["size"] > 1 for story in stories)
    days = [heading.get_attribute("data-key") for heading in page.all(".day")]
    assert days == sorted(set(days), reverse=True)
    page.one("#alone").click()
    assert page.count == count_of(stories, lambda id_: True, alone=True)


@pytest.mark.parametrize("chosen", [["ar"], ["tr", "ru"], ["fa"]])
def test_languages_filter(page, stories, articles, chosen):
    page.open()
    for code in chosen:
        page.browser.find_element(By.CSS_SELECTOR, f"#languages [value={code}] + label").click()
    expected = count_of(stories, lambda id_: articles[id_]["language"] in chosen)
    assert page.count == expected or (expected is None and "2 articles on their own" in page.count)
    page.one("#clear").click()
    assert page.count == count_of(stories, lambda id_: True) and page.focused.get_attribute("id") == "query"


def test_sources_and_dates_filter_together(page, stories, articles):
    page.open()
    Select(page.one("#source")).select_by_visible_text("Northwind Wire (9)")
    assert page.count == count_of(stories, lambda id_: articles[id_]["source"] == "Northwind Wire")
    for id_, value in (("since", "2026-03-03"), ("until", "2026-03-04")):
        page.run("const [id, value] = arguments; const box = document.getElementById(id); box.value = value;"
                 "box.dispatchEvent(new Event('change'))", id_, value)  # fmt: skip
    expected = count_of(
        stories,
        lambda id_: (
            articles[id_]["source"] == "Northwind Wire" and "2026-03-03" <= day_of(articles[id_]) <= "2026-03-04"
        ),
    )
    assert expected is not None and page.count == expected


def day_of(article):
    return parse_date(article["published"]).date().isoformat()


def test_a_bar_of_the_timeline_chooses_its_day(page, stories, articles):
    page.open()
    bars = page.all("#bars button")
    listed = [id_ for story in stories if story["size"] > 1 for id_ in story["articles"]]
    for n, bar in enumerate(bars):
        met = sum(day_of(articles[id_]) == f"2026-03-0{n + 2}" for id_ in listed)
        assert f"{n + 2} March 2026: {met} articles" in bar.get_attribute("aria-label")
    bars[2].click()
    assert page.count == count_of(stories, lambda id_: day_of(articles[id_]) == "2026-03-04")
    assert page.one("#since").get_attribute("value") == page.one("#until").get_attribute("value") == "2026-03-04"
    page.press(Keys.ARROW_RIGHT, Keys.ENTER)
    assert page.one("#since").get_attribute("value") == "2026-03-05"
    page.press(Keys.ENTER)
    assert page.count == count_of(stories, lambda id_: True)


@pytest.mark.parametrize(
    "query", ["harun valley", "زلزال", "إصابه", "KAPANDI", "Northwind", "地震", "«نورس»", "nobody writes so"]
)
def test_search_finds_what_titles_texts_and_sources_hold(page, stories, articles, query):
    page.open()
    page.one("#query").send_keys(query)

    def meets(id_):
        row = articles[id_]
        held = fold("\n".join([row["title"], row["source"], id_, row["text"]]))
        return all(word in held for word in fold(query).split())

    expected = count_of(stories, meets) or "Nothing found. Other words or fewer filters may find more."
    page.until(lambda: page.count == expected)


def test_a_story_can_be_linked_to(page, stories, articles):
    story = stories[0]
    page.open(address=f"#story-{story['story']}")
    titles = [title.get_attribute("textContent") for title in page.all("#story .title")]
    assert titles == [articles[id_]["title"] for id_ in story["articles"]]
    headlines = {item.get_attribute("lang"): item.get_attribute("textContent") for item in page.all(".headlines a")}
    assert headlines == {code: head["title"] for code, head in story["headlines"].items()}
    assert page.one("#story h2").text == page.browser.title == story["headlines"]["en"]["title"]
    assert articles[story["articles"][0]]["source"] in page.one("#story .about").text


def test_a_link_to_a_story_that_was_merged_leads_on(page):
    page.open("odd", "#story-s-merged")
    assert "قالت الشرطة" in [title.text for title in page.all("#story .title")]


def test_an_article_can_be_linked_to_and_is_open(page, articles):
    page.open(address="#article-ar-125")
    toggle = page.focused
    assert toggle.text == articles["ar-125"]["title"] and toggle.get_attribute("aria-expanded") == "true"
    page.until(lambda: len(page.all(".text")) == 1)
    assert [one.text for one in page.all(".text p")] == articles["ar-125"]["text"].split("\n\n")
    toggle.click()
    assert page.all(".text") == [] and "#story-" in page.browser.current_url


@pytest.mark.parametrize("row", ODD, ids=lambda row: row["id"][:3])
def test_any_id_can_be_linked_to(page, row):
    page.go_to(row)
    (panel,) = page.all(".panel")
    assert panel.text == (row["text"] or "No text.")


def test_how_many_stories_are_not_in_the_page_is_said(page, stories):
    others = len(stories) - 3
    assert page.open("few").one("#method").text.endswith(f" {others} more stories are not in this page.")
    assert f"ليست في هذه الصفحة {others} قصة أخرى." in page.open("few-ar").one("#method").text
    assert "not in this page" not in page.open().one("#method").text


def test_what_is_not_there_is_said(page):
    page.open(address="#story-s0000000000")
    assert page.count == "There is no story or article “s0000000000” in this page."
    for address in ("#constructor", "#%", "#story-", "#__proto__"):
        page.open(address=address)
        assert page.all("#browse")


def test_copies_stand_side_by_side(page):
    page.open("odd", "#copies")
    assert page.count == "1 group of copies, 3 articles"
    compare, other = page.all(".compare")
    compare.click()
    page.until(page.is_filled)
    assert page.one(".summary").text == "1 passage differs: 1 word gone, 1 word new."
    assert [gone.text.strip() for gone in page.all("del")] == ["questioned"]
    assert [new.text.strip() for new in page.all("ins")] == ["interviewed"]
    left = " ".join(cell.text for cell in page.all(".pair > :first-child"))
    assert left.split() == f"{BAD} {BAD} {FERRY}".split()
    assert other.get_attribute("aria-expanded") == "false"


def test_a_copy_that_is_the_same_is_said_to_be(page, folder):
    with NewsIndex.open(folder / "sample.sada") as index:
        changed = [step for step in explain(index, "en-001", "en-122").diff if step["op"] != "equal"]
    gone, new = (sum(len(step[side].split()) for step in changed) for side in "ab")
    page.open(address="#copies")
    first, second = page.all(".compare")[:2]
    first.click()
    page.until(page.is_filled)
    assert page.one(".summary").text == "The two are the same, word for word."
    first.click()
    second.click()
    page.until(page.is_filled)
    assert page.one(".summary").text == f"{len(changed)} passages differ: {gone} words gone, {new} words new."
    assert [step["b"].strip() for step in changed if step["b"].strip()] == [one.text.strip() for one in page.all("ins")]


def test_nothing_that_articles_say_runs_or_becomes_an_element(page):
    page.open("odd", "#copies")
    for button in page.all(".compare, .title"):
        button.click()
    page.until(page.is_filled)
    assert len(page.all(".comparison")) == 2 and len(page.all(".text")) == 3
    assert page.run("return document.querySelectorAll('img, iframe, main script, [onerror], [onload]').length") == 0
    assert BAD in page.one("#copies-list").text and page.browser.title != "owned"
    tried = page.run("try { document.body.innerHTML = '<b>'; return 'ran' } catch (error) { return error.name }")
    assert tried == "TypeError"  # the policy refuses markup made of text altogether
    page.browser.get_log("browser")  # where it says so


def test_only_addresses_of_the_web_become_links(page):
    away = []
    for row in ODD:
        page.go_to(row)
        away += [(link.get_attribute("href"), link.get_attribute("rel")) for link in page.all("a.away")]
        assert all(link.get_attribute("href").startswith(("file:", "http")) for link in page.all("a"))
    web = {"https://b.example/?q=%3Cb%3E", "http://d.example/"}
    assert set(away) == {(address, "noopener noreferrer") for address in web}


def test_every_text_has_the_direction_of_its_letters(page):
    found = []
    for row in ODD:
        page.go_to(row)
        found += {title.get_attribute("dir") for title in page.all(".title") if title.text == row["title"]}
    assert found == ["ltr", "ltr", "rtl", "rtl", "ltr", "ltr"]


@pytest.mark.parametrize(("name", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_right_to_left_articles_stand_so_in_both_interfaces(page, stories, articles, name, direction):
    story = next(story for story in stories if story["size"] > 1 and "ar" in story["languages"])
    page.open(name, f"#story-{story['story']}")
    assert page.run("return document.documentElement.dir") == direction
    for toggle, id_ in zip(page.all(".title"), story["articles"], strict=True):
        language = articles[id_]["language"]
        assert toggle.get_attribute("lang") == language
        assert page.run("return getComputedStyle(arguments[0]).direction", toggle) == (
            "rtl" if language in ("ar", "fa") else "ltr"
        )
    if name == "ar":
        assert page.one("#story h2").text == story["headlines"]["ar"]["title"]


def ground(page):
    return page.run("return getComputedStyle(document.body).backgroundColor")


def test_dark_is_as_the_reader_has_it_or_chooses(page):
    light, dark = "rgb(251, 250, 246)", "rgb(21, 23, 26)"
    page.open(dark=True)
    assert ground(page) == dark and page.one("#theme").get_attribute("aria-pressed") == "true"
    page.open()
    assert ground(page) == light and page.one("#theme").get_attribute("aria-pressed") == "false"
    page.one("#theme").click()
    assert ground(page) == dark and page.one("#theme").get_attribute("aria-pressed") == "true"
    assert ground(page.open()) == dark  # it is kept
    page.one("#theme").click()
    assert ground(page.open()) == light
    page.run("localStorage.clear()")


def test_the_keyboard_goes_everywhere(page, stories, articles):
    page.open()
    page.press(Keys.TAB)
    assert page.focused.get_attribute("class") == "skip" and page.focused.is_displayed()
    page.press(Keys.ENTER)
    assert page.focused.get_attribute("id") == "main"
    passed = []
    while not passed or passed[-1].tag_name != "a":
        page.press(Keys.TAB)
        passed.append(page.focused)
    kinds = [(found.tag_name, found.get_attribute("id")) for found in passed[:-1]]
    bars = [found for found in passed if found.get_attribute("aria-label")]
    assert ("input", "query") in kinds and ("select", "source") in kinds and len(bars) == 1  # all bars are one stop
    link = passed[-1]
    href = link.get_attribute("href")
    assert page.run("return getComputedStyle(arguments[0]).outlineStyle", link) == "solid"
    page.press(Keys.ENTER)
    page.until(lambda: page.focused.tag_name == "h2")
    page.press(Keys.TAB)
    while page.focused.get_attribute("class") != "title":
        page.press(Keys.TAB)
    page.press(Keys.SPACE)
    page.until(lambda: page.all(".text"))
    page.browser.back()
    page.until(lambda: page.focused.get_attribute("href") == href)


def test_views_are_told_and_reached(page):
    page.open()
    for view in ("copies", "sources", "stories"):
        page.one(f"nav [data-view={view}]").click()
        page.until(lambda view=view: [link.text for link in page.all("nav [aria-current=page]")] == [view.capitalize()])
        assert page.focused.tag_name == "h2"
    assert page.run("return document.querySelector('#count').getAttribute('role')") == "status"


def test_sources_are_told(page, folder):
    with NewsIndex.open(folder / "sample.sada") as index:
        echoes = source_echoes(index)
    page.open(address="#sources")
    rows = [[cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td")] for row in page.all("tbody tr")]
    assert [row[:5] for row in rows] == [
        [one.source, *map(str, (one.articles, one.first_of_stories, one.first_of_copies, one.copies))] for one in echoes
    ]


def test_only_what_is_read_is_there(page):
    page.open("many")
    if not page.one("#alone").is_selected():
        page.one("#alone").click()
    assert page.count.endswith(" stories, 300 articles")
    assert len(page.all(".story")) <= 120
    before = len(page.all(".story"))
    page.run("document.getElementById('more').click()")
    assert page.focused.get_attribute("href") and len(page.all(".story")) == before + 40
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert len(page.all(".story")) == int(page.count.split()[0]) > 290 and page.all("#more") == []


@pytest.mark.parametrize("name", ["en", "ar"])
@pytest.mark.parametrize("width", [380, 1280])
def test_nothing_is_wider_than_the_screen(page, stories, name, width):
    for address in ("", f"#story-{stories[0]['story']}", "#copies", "#sources"):
        page.open(name, address, width=width)
        assert page.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(AXE is None, reason="needs the axe-core of axe-playwright-python")
@pytest.mark.parametrize("name", ["en", "ar"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(page, stories, name, dark):
    axe = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    found = []
    for address in ("", f"#story-{stories[0]['story']}", "#copies", "#sources"):
        page.open(name, address, 380 if dark else 1280, dark)
        for button in page.all(".compare, .title[aria-expanded=false]")[:4]:
            button.click()
        page.until(page.is_filled)
        page.run(axe)
        result = page.browser.execute_async_script("axe.run().then(arguments[0])")
        found += [(address, one["id"], one["nodes"][0]["html"]) for one in result["violations"]]
        assert len(result["passes"]) > 20
    page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    assert found == []
