"""How CPU time grows with the size of hostile inputs: ``python benchmarks/torture/slopes.py [CASE...]``.

Each case is made larger and larger, by the factor 2 in bytes, until a command takes seconds. It prints a row of JSON
for each: the megabytes of the largest, the CPU seconds beyond those of a tiny input of the same kind, and the slope,
which is the exponent by which CPU grows with bytes, from the smallest input that takes a second to the largest. A slope
of 1 is linear. Of two runs the shorter counts, as other work only adds to it. Without the names of cases all are run.
The rows take the place of those of the same cases in ``results/slopes.json``. The exit code is 1 if a slope is above
1.15.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from measure import run
from results import FOLDER, load, save

MOST_SLOPE = 1.15
_LEAST_SECONDS, _ENOUGH_SECONDS, _MOST_BYTES = 1.0, 6.0, 400_000_000
_SHORT = 15
_LARGE = ("--row-limit", "1000")  # MB: beyond every input

Row = dict[str, str]


class Case(NamedTuple):
    """One kind of hostile input.

    Attributes:
        command: what is run on it: ``duplicates``, ``stories``, ``build`` or ``page``.
        make: gives the rows of an input that grows with a number, or its text.
        start: the number to begin with; half of it is the tiny input whose time is taken off.
        growth: the factor for twice the bytes.
    """

    command: str
    make: Callable[[int], Iterator[Row] | str]
    start: int
    growth: float = 2.0


def _words(count: int, seed: int = 0) -> list[str]:
    """Invented words, of which no two texts share many."""
    draw = random.Random(seed)
    return [f"{draw.choice('bdfgklmnprstz')}{draw.choice('aeiou')}{draw.randrange(100_000):x}" for _ in range(count)]


def _rows(texts: Iterator[str], **fields: str) -> Iterator[Row]:
    return ({"id": f"x{number}", **fields, "text": text} for number, text in enumerate(texts))


def _one_template(count: int) -> Iterator[Row]:
    base = " ".join(_words(60))
    return _rows((f"{base} {number} {number * 7}" for number in range(count)), title="t", date="2026-03-01")


def _one_title(count: int) -> Iterator[Row]:
    return _rows((" ".join(_words(40, number)) for number in range(count)), title="the same three words")


def _pages_of_all(count: int) -> Iterator[Row]:
    """Short articles, and twenty pages that hold each of them."""
    short = [" ".join(_words(_SHORT, number)) for number in range(count)]
    pages = (" ".join(short[turn:] + short[:turn]) for turn in range(20))
    return _rows(iter([*short, *pages]))


def _each_in_the_next(count: int) -> Iterator[Row]:
    words = _words(12 * count)
    return _rows(" ".join(words[: 12 * (number + 1)]) for number in range(count))


def _one_headline(count: int) -> Iterator[Row]:
    rows = ([*_words(3, number), *_words(20, -number)] for number in range(count))
    return (
        {"id": f"x{number}", "title": f"earthquake hits city {' '.join(words[:3])}", "text": " ".join(words[3:])}
        for number, words in enumerate(rows)
    )


def _one_day(count: int) -> Iterator[Row]:
    shared = " ".join(_words(14))
    texts = (f"{' '.join(_words(12, number + 1))} {shared}" for number in range(count))
    titled = zip(range(count), texts, strict=True)
    return ({"id": f"x{n}", "title": f"match report {n}", "text": text, "date": "2026-03-01"} for n, text in titled)


def _one_text(piece: str, before: str = "") -> Callable[[int], Iterator[Row]]:
    return lambda count: _rows(iter([before + piece * count]))


def _one_date(piece: str) -> Callable[[int], Iterator[Row]]:
    return lambda count: iter([{"id": "x", "title": "t", "date": piece * count}])


def _page(piece: str, before: str = "Title\n\ntext\n") -> Callable[[int], str]:
    return lambda count: before + piece * count


CASES = {
    "copies: one template": Case("duplicates", _one_template, 2000),
    "copies: one title": Case("duplicates", _one_title, 4000),
    "copies: twenty pages hold all": Case("duplicates", _pages_of_all, 600),
    "copies: each contains those before": Case("duplicates", _each_in_the_next, 200, math.sqrt(2)),
    "stories: one headline, undated": Case("stories", _one_headline, 600),
    "stories: one template, one day": Case("stories", _one_day, 600),
    "text: ligatures of eighteen letters": Case("build", _one_text("\ufdfa"), 200_000),
    "text: words of one letter": Case("build", _one_text("a "), 1_000_000),
    "text: one word": Case("build", _one_text("a"), 1_000_000),
    "text: marks on one letter": Case("build", _one_text("\u0301\u0323", "a"), 200_000),
    "text: character references": Case("build", _one_text("&amp"), 200_000),
    "date: words": Case("build", _one_date("March "), 20_000),
    "date: digits": Case("build", _one_date("1"), 20_000),
    "page: articles to read also": Case("page", _page("إقرأ أيضاً:\nعنوان طويل هنا للخبر\nنص الخبر هنا في سطر\n"), 800),
    "page: headings of keywords": Case("page", _page("كلمات دلالية:\nأ\n"), 2000),
    "page: one line of keywords": Case("page", _page("كلمة، ", "Title\n\ntext here\nكلمات دلالية: "), 10_000),
    "page: one line of words": Case("page", _page("كلمة "), 40_000),
    "page: short lines": Case("page", _page("سطر قصير هنا\n"), 40_000),
    "page: colons": Case("page", _page("المصدر: "), 20_000),
}


def main() -> int:
    """Measure the cases that are named, or all; returns 1 if one grows too fast."""
    names = sys.argv[1:] or list(CASES)
    if unknown := set(names) - set(CASES):
        sys.exit(f"no case {', '.join(sorted(unknown))}: choose from {'; '.join(CASES)}")
    rows = []
    for name in names:
        rows.append(row := {"case": name, **_measured(CASES[name])})
        print(json.dumps(row), flush=True)
    _write({row["case"]: row for row in rows})
    return int(any(row["slope"] > MOST_SLOPE for row in rows))


def _write(new: dict[str, dict]) -> None:
    old = load("slopes")["rows"] if (FOLDER / "slopes.json").exists() else []
    known = {row["case"]: row for row in old} | new
    rows = [known[name] for name in CASES if name in known]
    save("slopes", "Hostile inputs, each twice as large as the one before", _NOTE, rows)


_NOTE = (
    "CPU seconds of a command on the largest input, beyond those on a tiny one, of two runs the shorter; and the"
    " exponent by which they grow with bytes, from the smallest input that takes a second."
)


def _measured(case: Case) -> dict[str, float]:
    _, base = _cpu(case, max(case.start // 100, 2))
    sizes, seconds = [], []
    count = float(case.start)
    while (not seconds or seconds[-1] < _ENOUGH_SECONDS) and (not sizes or sizes[-1] < _MOST_BYTES):
        size, cpu = min(_cpu(case, round(count)) for _ in range(2))
        sizes.append(size)
        seconds.append(round(max(cpu - base, 0.0), 2))
        count *= case.growth
    first = next((at for at, taken in enumerate(seconds) if taken >= _LEAST_SECONDS), len(seconds) - 1)
    slope = 0.0
    if first < len(seconds) - 1:
        slope = math.log(seconds[-1] / seconds[first]) / math.log(sizes[-1] / sizes[first])
    print(json.dumps({"bytes": sizes, "cpu": seconds}), file=sys.stderr, flush=True)
    return {"MB": round(sizes[-1] / 1e6, 1), "CPU s": seconds[-1], "slope": round(slope, 2)}


def _cpu(case: Case, count: int) -> tuple[int, float]:
    """How many bytes an input has, and the CPU seconds of the command on it; an index is built before that."""
    with tempfile.TemporaryDirectory() as folder:
        made, index = case.make(count), Path(folder, "index")
        path = Path(folder, "page.txt" if isinstance(made, str) else "rows.jsonl")
        with path.open("w", encoding="utf-8") as file:
            file.writelines([made] if isinstance(made, str) else (json.dumps(row) + "\n" for row in made))
        sada = [sys.executable, "-m", "sada.cli"]
        build = [*sada, "build", str(path), "-i", str(index), "--encoder", "none", *_LARGE]
        given = {"build": build, "stories": [*sada, "stories", str(index)]}.get(case.command)
        if case.command == "stories" and run(build) is None:
            sys.exit("the index of a case was not built in an hour")
        usage = run(given or [*sada, case.command, str(path), *_LARGE])
        shutil.rmtree(index, ignore_errors=True)
        if usage is None:
            sys.exit("a case did not end in an hour")
        return path.stat().st_size, usage.cpu


if __name__ == "__main__":
    sys.exit(main())
