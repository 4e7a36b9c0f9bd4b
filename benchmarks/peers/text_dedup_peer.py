"""``text_dedup.minhash``, its command run in this process, on title and text: python text_dedup_peer.py FILE PAIRS."""

import pickle
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import body, report
from datasets import load_dataset
from text_dedup.minhash import main as minhash


def pairs(path: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Every article that it put into another's cluster, with the one that stands for it."""
    cache = str(folder / "cache")
    articles = load_dataset("json", data_files=path, split="train", cache_dir=cache)
    articles.map(lambda row: {"body": body(row)}).save_to_disk(folder / "articles")
    options = {"path": folder / "articles", "output": folder / "out", "cache_dir": cache, "column": "body"}
    options |= {"ngram": 3, "num_perm": 128, "threshold": 0.8, "num_proc": 1}
    given = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    minhash([*given, "--local", "--debug"], standalone_mode=False)
    ids = articles["id"]
    clusters = pickle.loads((folder / "out" / "uf.pkl").read_bytes())
    yield from ((ids[first], ids[row]) for row in list(clusters.parent) if (first := clusters.find(row)) != row)


with tempfile.TemporaryDirectory() as temporary:
    report(pairs(sys.argv[1], Path(temporary)))
