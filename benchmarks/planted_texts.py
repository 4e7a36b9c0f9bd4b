"""Articles of several scripts, and the edits that newsrooms make to them."""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import corpus
import numpy as np

Text = list[list[str]]  # paragraphs of words
SHORTEST = 150  # words of an article
LONGEST = 400
PARAGRAPHS = 3  # at least
LEAD = 0.15

_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"  # Thai vowels and tones that stand above or below a letter


@dataclass(frozen=True)
class Script:
    """Where texts of a script are, and what a word is in it.

    Attributes:
        name: of the script and the language.
        files: under the data folder; one text of a few sentences a line, or the second of two columns.
        letters: how many make a word where no spaces do; 0 where spaces do.
    """

    name: str
    files: tuple[str, ...]
    letters: int = 0
    column: int = 0

    def words(self, line: str) -> list[str]:
        """The words of a line."""
        if not self.letters:
            return line.split()
        return re.findall(rf"(?:[^{_MARKS}][{_MARKS}]*){{1,{self.letters}}}", line)

    def written(self, text: Text) -> str:
        """As it is read."""
        return "\n".join(("" if self.letters else " ").join(words) for words in text)


ARABIC = Script("Arabic", ())
