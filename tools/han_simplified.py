"""Writes indexes/data/han_simplified.json: the simplified character of every traditional one, by ICU's transform.

python tools/han_simplified.py   # needs `uconv` (Debian: icu-devtools)

The transform is ICU's "Traditional-Simplified", which is made from the Unihan database; both are under the licence of
Unicode. ICU 72 leaves a few variants that Taiwanese newspapers print; they are added here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

FILE = Path(__file__).parent.parent / "indexes" / "data" / "han_simplified.json"
RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
MORE = {"妳": "你", "峯": "峰", "牠": "它"}


def pairs() -> dict[str, str]:
    """Each traditional character with the simplified one."""
    points = [point for first, last in RANGES for point in range(first, last + 1)]
    command = ["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Traditional-Simplified"]
    lines = "\n".join(map(chr, points)).encode()
    becomes = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
    found = {chr(point): one for point, one in zip(points, becomes, strict=True) if one != chr(point)} | MORE
    del found["苎"]  # the transform turns in a circle here: 苎, 薴, 苧, 苎
    return {one: found.get(other, other) for one, other in sorted(found.items())}


def main() -> None:
    """Write the table."""
    found = pairs()
    about = "Made by tools/han_simplified.py with ICU's transform Traditional-Simplified, licence Unicode-DFS-2016"
    content = {"about": about, "traditional": "".join(found), "simplified": "".join(found.values())}
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
