"""What tests of several rooms share."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, settings

from sada.cluster import find_stories
from sada.indexes import Article, NewsIndex, read_articles
from sada.indexes.sample import SAMPLE

# No limit on an example's time: numba compiles its kernels when they are first called, and machines may be busy.
# New examples are for people to look at; what runs on every change draws the same ones each time.
settings.register_profile(
    "sada",
    max_examples=50,
    deadline=None,
    print_blob=True,
    derandomize="STEADY_EXAMPLES" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sada")

# The weights of ``fast`` are in this checkout and need not be installed; commands that tests start find them, too.
FAST = str(Path(__file__).parents[1] / "indexes" / "data" / "fast")
sys.path.insert(0, FAST)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [FAST, os.environ.get("PYTHONPATH")]))

# Files are written to memory where there is room: indexes sync each of theirs, and no machine loses its power here.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


OUTWARD = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
HERE = ("127.0.0.1", "::1", "localhost", None)  # a test may start a server on this machine
called: list[str] = []


def refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook, which no code can take back: raise, and note, what would leave this machine."""
    if event not in OUTWARD:
        return
    of_socket = isinstance(args[0], socket.socket)
    address = args[1] if of_socket else args[0]
    host = address[0] if isinstance(address, tuple) else address
    if not (of_socket and args[0].family == socket.AF_UNIX) and host not in HERE:
        called.append(f"{event} {address}")
        raise PermissionError(f"tests use no network: {called[-1]}")


sys.addaudithook(refuse_network)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fails a test that calls another machine, also where the code under test catches the error."""
    called.clear()
    yield
    assert called == []


class WordEncoder:
    """A bag of hashed words: quick, deterministic, and close where texts share words. For tests only."""

    name = "words"
    revision = "1"
    dimension = 64
    languages = None
    fingerprint = xxhash.xxh3_128_hexdigest(b"a bag of hashed words")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, xxhash.xxh3_64_intdigest(word.encode()) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


@pytest.fixture(scope="session")
def word_encoder() -> WordEncoder:
    """An encoder that needs no model: 64 columns, rows of length 1, zeros for a text without words."""
    return WordEncoder()


@pytest.fixture(scope="session")
def articles() -> list[Article]:
    """The articles of the shipped sample, as they are in its file."""
    return list(read_articles(SAMPLE))


@pytest.fixture(scope="session")
def sample_path(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped sample without encoder and with its stories. Not to be written to."""
    path = tmp_path_factory.mktemp("sample") / "sample.sada"
    with NewsIndex.create(path, encoder=None) as index:
        index.add(articles)
        find_stories(index)
    return path


@pytest.fixture
def sample_index(sample_path: Path, tmp_path: Path) -> Iterator[NewsIndex]:
    """A copy of the sample's index that a test may change."""
    with NewsIndex.open(shutil.copytree(sample_path, tmp_path / "sample.sada")) as index:
        yield index
