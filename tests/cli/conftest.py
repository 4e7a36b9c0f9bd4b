"""A small corpus whose copies, links and stories are known by construction, and a way to run the command on it."""

from __future__ import annotations

import io
import json
import shutil
import sys
from dataclasses import dataclass

import pytest

from sada.cli.main import main

FERRY = (
    "Five people died and thirty were hurt when the evening ferry struck the stone pier of the old harbour in dense"
    " fog, the port authority said on Monday, and divers were still searching the cold water below the quay for two"
    " passengers who are missing while the captain is being questioned"
)
BUDGET = (
    "Parliament passed the budget after a night of quarrels over school meals, cutting the tax on bread, raising that"
    " on diamonds and leaving the pensions of retired miners as they were, which the opposition called a swindle"
)
ARABIC = (
    "افتتح وزير الثقافة أمس مكتبة جديدة في قلب الصحراء تضم آلاف المخطوطات النادرة التي جمعها تاجر قبل قرنين من الزمان"
    " وأوصى بها لأهل الواحة"
)
ROWS = [
    {"id": "a1", "title": "Ferry strikes pier", "text": FERRY, "date": "2024-07-01T08:00:00Z", "source": "Alpha"},
    {"id": "a2", "title": "Ferry strikes pier", "text": FERRY, "date": "2024-07-01T09:00:00Z", "source": "Beta"},
    {
        "id": "a3",
        "title": "Ferry strikes pier",
        "text": FERRY.replace("questioned", "interviewed"),
        "date": "2024-07-01T10:00:00Z",
        "source": "Gamma",
    },
    {"id": "b1", "title": "Budget passed", "text": BUDGET, "date": "2024-07-02T08:00:00Z", "source": "Alpha"},
    {
        "id": "b2",
        "title": "Morning page",
        "text": f"Good morning, here is what you slept through. Budget passed {BUDGET}. Also in the news: the zoo has a"
        " new giraffe named Clementine, whose first steps drew hundreds of children, and the lake is frozen over at"
        " last, so skating is allowed from noon until the lamps go out, said the warden, who has tested every corner of"
        " it with his own boots and a long pole.",
        "date": "2024-07-02T12:00:00Z",
        "source": "Beta",
    },
    {"id": "c1", "title": "مكتبة في الصحراء", "text": ARABIC, "source": "Delta", "language": "ar", "desk": "culture"},
]
for row in ROWS:
    row.setdefault("language", "en")


@dataclass
class Ran:
    """What a run of the command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def sada(capsys, monkeypatch):
    """Runs ``sada`` with some arguments in this process; the exit code must be ``code``."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*arguments, stdin="", code=0):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        got = main([str(argument) for argument in arguments])
        ran = Ran(got, *capsys.readouterr())
        assert ran.code == code, ran
        assert "Traceback" not in ran.err, ran.err
        return ran

    return run


def write_jsonl(path, rows):
    """Writes rows as JSON Lines, and gives the path."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def write(tmp_path):
    """Writes rows as JSON Lines in the test's own folder."""
    return lambda rows, name="news.jsonl": write_jsonl(tmp_path / name, rows)


@pytest.fixture(scope="session")
def news(tmp_path_factory):
    """The corpus as a file of JSON Lines. Not to be written to."""
    return write_jsonl(tmp_path_factory.mktemp("corpus") / "news.jsonl", ROWS)


@pytest.fixture(scope="session")
def index(news, tmp_path_factory):
    """An index of the corpus without encoder and with its stories. Not to be written to."""
    path = tmp_path_factory.mktemp("index") / "news.sada"
    assert main(["build", str(news), "-i", str(path), "--encoder", "none"]) == 0
    assert main(["stories", str(path)]) == 0
    return path


@pytest.fixture
def own_index(index, tmp_path):
    """A copy of the index that a test may change."""
    return shutil.copytree(index, tmp_path / "own.sada")


@pytest.fixture
def corpus():
    """The rows of the corpus, to change at will."""
    return [dict(row) for row in ROWS]
