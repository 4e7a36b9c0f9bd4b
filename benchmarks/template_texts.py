"""Pairs of articles in several scripts: two news from one template, and one report before and after an edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from planted_texts import Script, Text

from sada.indexes.text.tokens import tokens

HEADLINE = 10  # words
_ROWS = 6  # of a table of figures
_USUAL = (0.01, 0.2)  # share of the articles that have a word which an editor replaces by another
_RARE = 0.01  # share of the articles that have a part of a name, at most
_WORDS = 3  # of a name, at most


class Story(NamedTuple):
    """An article as words; written, its title is the first line."""

    title: list[str]
    text: Text

    @property
    def words(self) -> list[str]:
        """All words of the text."""
        return [word for part in self.text for word in part]

    def cut(self, at: int, count: int, *filling: str) -> Story:
        """The story with other words, or none, in place of ``count`` words of its text."""
        parts, first = [], 0
        for part in self.text:
            start, stop = (min(max(place - first, 0), len(part)) for place in (at, at + count))
            here = first <= at < first + len(part) or (at == first + len(part) and part is self.text[-1])
            parts.append([*part[:start], *(filling if here else ()), *part[stop:]])
            first += len(part)
        return self._replace(text=parts)

    def swapped(self, old: str, new: str) -> Story:
        """The story with one word in place of another, wherever that stands."""
        title, *text = ([new if word == old else word for word in words] for words in (self.title, *self.text))
        return Story(title, text)


def story_of(text: Text) -> Story:
    """An article whose headline is the beginning of its lead."""
    return Story(text[0][:HEADLINE], [list(part) for part in text])


Pair = tuple[Story, Story]
Maker = Callable[["Newsroom", Story], Pair]


class Newsroom:
    """The words of a script, of which names, figures and edits are drawn.

    Args:
        script: of the articles.
        texts: articles to take the words from.
        rng: for all that is drawn.
    """

    def __init__(self, script: Script, texts: Sequence[Text], rng: np.random.Generator) -> None:
        self.script, self.rng = script, rng
        counts = Counter(word for text in texts for word in _compared(script, text))
        low, high = (share * len(texts) for share in _USUAL)
        words = sorted(filter(_is_word, {word for text in texts for part in text for word in part}))
        self._usual = [word for word in words if low <= counts[_folded(word)] <= high]
        self._rare = [word for word in words if counts[_folded(word)] <= max(_RARE * len(texts), 2)]
        self._is_usual = frozenset(self._usual)

    def place(self, story: Story) -> int:
        """Between two words of the text, not near its ends."""
        count = len(story.words)
        return int(self.rng.integers(count // 5, count - count // 5))

    def name(self) -> list[str]:
        """One to three rare words."""
        return [self._rare[at] for at in self.rng.integers(len(self._rare), size=self.rng.integers(1, _WORDS + 1))]

    def usual(self) -> str:
        """A word that many articles have."""
        return self._usual[self.rng.integers(len(self._usual))]

    def usual_in(self, story: Story) -> int:
        """Where a word of many articles stands in a text; anywhere if there is none."""
        places = [at for at, word in enumerate(story.words) if word in self._is_usual]
        return places[self.rng.integers(len(places))] if places else self.place(story)

    def figure(self) -> str:
        """A figure of two to four digits; every third has decimals."""
        whole = str(self.rng.integers(10, 5000))
        return f"{whole}.{self.rng.integers(10, 100)}" if self.rng.random() < 1 / 3 else whole

    def figures(self) -> tuple[str, str]:
        """Two different figures."""
        one = self.figure()
        return one, next(other for other in iter(self.figure, "") if other != one)

    def both(self, pair: Pair, *fillings: list[str], at: int | None = None) -> Pair:
        """Both stories with a filling of their own at one place of the text."""
        at = self.place(pair[0]) if at is None else at
        one, other = (story.cut(at, 0, *filling) for story, filling in zip(pair, fillings, strict=True))
        return one, other

    def written(self, story: Story) -> tuple[str, str]:
        """Title and text as they are read."""
        return self.script.written([story.title]), self.script.written(story.text)


def _folded(word: str) -> str:
    return "".join(tokens(word))


def _compared(script: Script, text: Text) -> set[str]:
    """The words of a text without case and signs; where spaces do not tell them, all runs of as many letters."""
    if not script.letters:
        return {_folded(word) for part in text for word in part}
    letters = tokens(script.written(text))
    return {"".join(letters[at : at + script.letters]) for at in range(len(letters) - script.letters + 1)}


def _is_word(word: str) -> bool:
    return sum(map(str.isalpha, word)) > 1 and not any(map(str.isdigit, word))


def _named(room: Newsroom, story: Story, times: int, titled: bool) -> Pair:
    """Two persons: the whole name first, then its last word."""
    names = room.name(), room.name()
    pair = story, story
    for at in sorted((room.place(story) for _ in range(times - 1)), reverse=True):
        pair = room.both(pair, *(name[-1:] for name in names), at=at)
    pair = room.both(pair, *names, at=len(story.words) // 5)
    if not titled:
        return pair
    at = int(room.rng.integers(len(story.title) + 1))
    one, other = ([*story.title[:at], *name, *story.title[at:]] for name in names)
    return pair[0]._replace(title=one), pair[1]._replace(title=other)


def _table(room: Newsroom, story: Story) -> Pair:
    one, other = list[str](), list[str]()
    for _ in range(_ROWS):
        label, figures = room.usual(), room.figures()
        one += [label, figures[0]]
        other += [label, figures[1]]
    return room.both((story, story), one, other)


def _figures(room: Newsroom, story: Story, times: int) -> Pair:
    pair = story, story
    for _ in range(times):
        one, other = room.figures()
        pair = room.both(pair, [one], [other], at=room.place(pair[0]))
    return pair


def _typos(room: Newsroom, story: Story) -> Story:
    for _ in range(room.rng.integers(1, 4)):
        at = room.place(story)
        word = story.words[at]
        cut = int(room.rng.integers(len(word)))
        wrong = (word[:cut] + word[cut + 1 :], word[:cut] + word[cut:][:1] + word[cut:])[int(room.rng.integers(2))]
        story = story.cut(at, 1, wrong or word * 2)
    return story


def _synonyms(room: Newsroom, story: Story) -> Story:
    for _ in range(room.rng.integers(1, 4)):
        story = story.cut(room.usual_in(story), 1, room.usual())
    return story


def _everywhere(room: Newsroom, story: Story) -> Story:
    return story.swapped(story.words[room.usual_in(story)], room.usual())


def _inserted(room: Newsroom, story: Story) -> Story:
    words = [word for _ in range(room.rng.integers(1, 4)) for word in (room.usual(), *room.name()[:1])]
    return story.cut(room.place(story), 0, *words)


def _deleted(room: Newsroom, story: Story) -> Story:
    return story.cut(room.place(story), int(room.rng.integers(1, 7)))


def _moved(room: Newsroom, story: Story) -> Story:
    one, other = sorted(room.rng.choice(len(story.text), 2, replace=False).tolist())
    text = list(story.text)
    text[one], text[other] = text[other], text[one]
    return story._replace(text=text)


def _spaced(room: Newsroom, story: Story) -> Story:
    for _ in range(room.rng.integers(1, 4)):
        at = room.place(story)
        story = story.cut(at, 2, "".join(story.words[at : at + 2]))
    return story


def _headline(room: Newsroom, story: Story) -> Story:
    at = room.place(story)
    return story._replace(title=story.words[at : at + HEADLINE])


def _several(room: Newsroom, story: Story) -> Story:
    for name in room.rng.choice(sorted(_CHANGES), 3, replace=False).tolist():
        story = _CHANGES[name](room, story)
    return story


_CHANGES: dict[str, Callable[[Newsroom, Story], Story]] = {
    "typos": _typos,
    "usual words for others": _synonyms,
    "a usual word for another, everywhere": _everywhere,
    "words inserted": _inserted,
    "words deleted": _deleted,
    "two paragraphs swapped": _moved,
    "spaces dropped": _spaced,
    "another headline": _headline,
}


def _edit(change: Callable[[Newsroom, Story], Story]) -> Maker:
    return lambda room, story: (story, change(room, story))


def _byline(room: Newsroom, story: Story) -> Pair:
    one, other = (name + more for name, more in ((room.name(), room.name()), (room.name(), room.name())))
    return room.both((story, story), one, other, at=0)


def _clock(room: Newsroom, story: Story) -> Pair:
    hours, minutes, days = (room.rng.integers(10, most, size=2).astype(str).tolist() for most in (24, 60, 29))
    pair = room.both(
        (story, story),
        *([f"{hour}:{minute}"] for hour, minute in zip(hours, minutes, strict=True)),
        at=len(story.words),
    )
    return room.both(pair, *([room.usual(), day] for day in days), at=0)


ONCE = "a name once in the text"
TEMPLATES: dict[str, Maker] = {
    "a name in title and text": lambda room, story: _named(room, story, 2, titled=True),
    "a name in title and once in the text": lambda room, story: _named(room, story, 1, titled=True),
    "a name three times in the text": lambda room, story: _named(room, story, 3, titled=False),
    ONCE: lambda room, story: _named(room, story, 1, titled=False),
    "a table of figures": _table,
    "three figures": lambda room, story: _figures(room, story, 3),
    "one figure": lambda room, story: _figures(room, story, 1),
}
EDITS: dict[str, Maker] = {
    **{name: _edit(change) for name, change in _CHANGES.items()},
    "three of these": _edit(_several),
    "another byline": _byline,
    "another date and clock time": _clock,
}
