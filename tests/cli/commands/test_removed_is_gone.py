"""Of an article that was removed or updated no verb tells a word, and compacting leaves none in any file."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
import zlib

import pytest

from sada.cli.main import _VERBS, main
from sada.indexes import NewsIndex
from sada.indexes.boilerplate.lines import SETTING

from ..conftest import FERRY, ROWS, write_jsonl

SECRET = "zqjkv"  # begins every word of what goes, and no other word
WORDS = FERRY.split()
FOOTER = "Zqjkvwrite zqjkvto zqjkvour zqjkvnight zqjkveditor zqjkvand zqjkvtell zqjkvus zqjkvwhat zqjkvyou zqjkvmissed"

OTHER = {"id": "x", "title": "Ferry strikes pier", "text": FERRY, "date": "2024-07-01T11:00:00Z", "language": "en"}
RUNS = {
    "stories": [
        ["{}", "--no-update", "--all"],  # first, as the others bring stories up to date
        ["{}", "--all"],
        ["{}", "--as-of", "2024-07-03"],
        ["{}", "--recompute"],
    ],
    "neighbours": [["{}", "a1", "--by", by, "--explain"] for by in ("copy", "words", "all")],
    "search": [["{}", "--by", "words", "--text", text] for text in ("Ferry pier", "zqjkvtitle zqjkvtext")],
    "duplicates": [["{}", "--all"]],
    "related": [["{}", "--all"], ["{}", "a1"], ["{}", "a1", "--format", "page"]],
    "explain": [["{}", "a1", "a2"], ["{}", "a1", "a2", "--format", "table"]],
    "report": [["{}", "-o", "-", "--whole"]],
    "sources": [["{}"], ["{}", "--pairs"], ["{}", "--by-day"]],
    "page": [["page.txt", "--index", "{}"]],
    "evaluate": [["{}", "labels.jsonl", "--worst", "5"]],
    "info": [["{}"]],
    "verify": [["{}"]],
    "boilerplate": [["{}"], ["{}", "--learn", "--dry-run"], ["{}", "--learn"]],
    "add": [["{}", "-", "--follow"], ["{}", "other.jsonl"]],
    "dedup": [["other.jsonl", "--against", "{}", "--report", "dropped.jsonl"]],
    "reencode": [["{}", "--encoder", "fast"], ["{}", "--encoder", "none"]],
    "remove": [["{}", "--source", "Nobody"], ["{}", "b2"]],
    "backup": [["{}", "copy.sada"]],
    "compact": [["{}"]],
}
PACKED = re.compile(r'"([A-Za-z0-9+/]{60,}={0,2})"')
OF_NO_INDEX = {"demo", "build", "compile"}


def gone_rows():
    """Two reports of the ferry, and twelve articles of an outlet with one line under all of them."""
    draw = random.Random(19)
    texts = [" ".join(f"Zqjkv{draw.choice(WORDS)}{draw.randrange(99)}" for _ in range(60)) for _ in range(12)]
    more = {"language": "en", "keywords": ["zqjkvkeyword"], "url": "https://zqjkv.example", "desk": "zqjkvdesk"}
    for id_ in ("a0", "a00"):
        yield {"id": id_, "title": "Zqjkvtitle: ferry strikes pier", "text": f"{FERRY} zqjkvtext",
               "date": f"2024-07-01T07:{len(id_):02}:00Z", "source": "Omega"} | more  # fmt: skip
    for day, text in enumerate(texts, 1):
        yield {"id": f"o{day}", "title": text[:40], "text": f"{text}\n{FOOTER}", "date": f"2024-06-{day:02}",
               "source": "Omega"} | more  # fmt: skip


@pytest.fixture(scope="session")
def told_index(tmp_path_factory):
    """An index with stories and learned boilerplate, of articles that stay and of others that are to go."""
    folder = tmp_path_factory.mktemp("told")
    news, path = write_jsonl(folder / "news.jsonl", [*gone_rows(), *ROWS]), folder / "told.sada"
    assert main(["build", str(news), "-i", str(path), "--encoder", "none"]) == 0
    assert main(["boilerplate", str(path), "--learn"]) == main(["stories", str(path)]) == 0
    return path


@pytest.fixture
def own(told_index, tmp_path, monkeypatch):
    """A copy of it in the working folder, with what the verbs read beside an index."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.txt").write_text(f"Ferry strikes pier\n\n{FERRY}\n\nRead also\nBudget passed\n", "utf-8")
    write_jsonl(tmp_path / "labels.jsonl", [{"id": id_, "story": id_[0]} for id_ in ("a1", "a2", "a3", "b1", "c1")])
    write_jsonl(tmp_path / "other.jsonl", [OTHER])
    return shutil.copytree(told_index, tmp_path / "own.sada")


def told(sada, verb, path, arguments):
    """All that a verb writes, to its streams and into files beside the index, without case."""
    before = {file.name for file in path.parent.iterdir()}
    ran = sada(verb, *(argument.format(path) for argument in arguments), stdin=json.dumps(OTHER))
    files = [file for file in path.parent.iterdir() if file.name not in before and file.is_file()]
    everything = ran.out + ran.err + "".join(file.read_text("utf-8") for file in files)
    return (everything + "".join(map(inflated, PACKED.findall(everything)))).casefold()


def inflated(block):
    """The texts that a page packs into one block."""
    return zlib.decompress(base64.b64decode(block), -15).decode()


def replace_all(path):
    """Update all articles that are to go, so that no word of theirs is left."""
    rows = [row | {"title": "New words", "text": f"Other words {at}", "keywords": [], "url": "", "desk": ""}
            for at, row in enumerate(gone_rows())]  # fmt: skip
    assert main(["add", str(path), str(write_jsonl(path.parent / "new.jsonl", rows))]) == 0


def remove_all(path):
    assert main(["remove", str(path), "--source", "Omega"]) == 0


GOING = pytest.mark.parametrize("go", [remove_all, replace_all])


def test_every_verb_is_tried():
    assert {*RUNS, *OF_NO_INDEX} == set(_VERBS)


def test_before_it_goes_it_is_told(own, sada):
    """Without this, the tests below could pass because there was nothing to tell."""
    table = ["--format", "table"]
    (story,) = (row for row in sada("stories", own, "--no-update").rows if "a0" in row["articles"])
    assert SECRET in story["headline"].casefold() and SECRET in " ".join(story["keywords"]).casefold()
    assert "zqjkvtitle: ferry" in told(sada, "search", own, ["{}", "--text", "Ferry", "--by", "words", *table])
    assert SECRET in told(sada, "related", own, ["{}", "o1", *table])
    assert SECRET in told(sada, "explain", own, ["{}", "a0", "a1", *table])
    assert "zqjkvtext" in told(sada, "report", own, ["{}", "-o", "-", "--whole"])
    assert SECRET in told(sada, "boilerplate", own, ["{}"])


@GOING
def test_no_verb_tells_a_word(own, sada, go):
    go(own)
    for verb, runs in RUNS.items():
        for arguments in runs:
            asked = " ".join(arguments).casefold()
            found = told(sada, verb, own, arguments).replace(asked.partition("{} ")[2], "")
            assert SECRET not in found, (verb, arguments, found)


@GOING
def test_compacting_leaves_no_byte_of_a_word(own, go):
    assert b"zqjkvtitle" in bytes_of(own) and b"zqjkvwrite" in bytes_of(own)
    go(own)
    assert main(["compact", str(own)]) == 0
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert SECRET.encode(encoding) not in bytes_of(own), encoding


@GOING
def test_compacting_clears_what_an_earlier_program_left(own, go):
    """It left words of stories until these were updated, and learned lines for good."""
    with NewsIndex.open(own) as index:
        stories, lines = index.stories.stored()[0], index.snapshot.boilerplate.setting()
    go(own)
    with NewsIndex.open(own) as index, index.snapshot.catalog.writing():
        index.snapshot.catalog.change_stories(stories, [], {}, [])
        index.snapshot.catalog.set_setting(SETTING, lines)
    assert main(["compact", str(own)]) == 0
    assert SECRET.encode() not in bytes_of(own)


def bytes_of(path):
    return b"\n".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()).lower()


@GOING
def test_what_stays_are_ids(own, sada, go):
    """The ids of removed articles stay in the history of their story, so that it can be told and replayed."""
    story = next(row for row in sada("stories", own).rows if "a0" in row["articles"])["story"]
    go(own)
    sada("stories", own)
    sada("compact", own)
    changes = sada("stories", own, "--history", story).rows
    assert [(row["change"], "a0" in row["articles"]) for row in changes][:2] == [("opened", True), ("left", True)]
    assert SECRET not in json.dumps(changes).casefold()
