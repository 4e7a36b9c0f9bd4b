"""Peers to compare with, and a virtual environment for each with pinned versions."""

from __future__ import annotations

import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "peers"
ORJSON = "orjson==3.13.0"


@dataclass(frozen=True)
class Peer:
    """A pipeline to compare with.

    Attributes:
        name: what it is called in the table.
        script: in the folder ``peers``, without its suffix.
        packages: what it needs beside orjson, in pinned versions.
        up_to: the most articles that it is given.
        options: more arguments of the script.
        finds: False for one that only reads.
    """

    name: str
    script: str
    packages: tuple[str, ...]
    up_to: int
    options: tuple[str, ...] = ()
    finds: bool = True

    def command(self, folder: Path, articles: Path, pairs: Path) -> list[str]:
        """How it is run, to write the pairs it finds; its environment is made in the folder unless it is there."""
        script = str(SCRIPTS / f"{self.script}.py")
        return [_interpreter(folder, self), script, str(articles), str(pairs), *self.options]


OTHERS = (
    Peer("orjson, parsing alone", "orjson_peer", (), 1_000_000, finds=False),
    Peer("datasketch, sha1", "datasketch_peer", ("datasketch==2.0.0",), 100_000),
    Peer("datasketch, crc32", "datasketch_peer", ("datasketch==2.0.0",), 100_000, ("crc32",)),
    Peer("rensa", "rensa_peer", ("rensa==0.5.0",), 1_000_000),
    Peer("FastSketchLSH", "fastsketchlsh_peer", ("FastSketchLSH==1.0.1",), 1_000_000),
    Peer("gaoya", "gaoya_peer", ("gaoya==0.2.2",), 100_000),
    Peer("text-dedup", "text_dedup_peer", ("text-dedup==0.4.0",), 100_000),
    Peer("datatrove", "datatrove_peer", ("datatrove[processing]==0.10.1", "spacy==3.8.18"), 20_000),
)


def versions() -> str:
    """All pinned packages."""
    return ", ".join(dict.fromkeys(package for peer in OTHERS for package in (ORJSON, *peer.packages)))


def _interpreter(folder: Path, peer: Peer) -> str:
    place = folder / "environments" / peer.script
    wanted = [ORJSON, *peer.packages]
    ready = place / "ready"
    if not ready.exists() or ready.read_text().split() != wanted:
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", *wanted], check=True)
        ready.write_text("\n".join(wanted))
    return str(place / "bin" / "python")
