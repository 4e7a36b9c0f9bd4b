"""Sentence encoders: what one is, how one is named, and what an index asks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, runtime_checkable

import numpy as np

from sada.indexes.article import Article
from sada.indexes.errors import EncoderError
from sada.indexes.languages.usual_spelling import has_words, usual_spelling
from sada.indexes.text.language_codes import find_language

WORDS = 60
"""Most words of a title and of a text that an encoder reads."""

CHARACTERS = 400
"""Most characters of a title and of a text that an encoder reads; a Chinese character or kana counts as three of them,
a Hangul syllable as two, so that it is as much of an article in every script."""

TEXT_RULE = "title+60w/400c/v3"
"""The name of the rule of ``encoder_text``, stamped into every index: any other outcome needs another name."""

NAMES = ("default", "e5-short", "e5", "use", "fast", "none")
"""The names of the encoders that Sada brings along, and of none."""

_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"
# Part of the rule: letters that say more than a Latin one. Not the scripts without spaces: Thai is none of these.
_DENSE = re.compile(f"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af{_HANGUL}]")
_SYLLABLE = re.compile(f"[{_HANGUL}]")
_MOST = 4 * CHARACTERS  # of what is folded before it is cut: where every letter has vowel signs, the fold drops most
_BATCH = 256
_NAMED = 40  # characters of a text that an error message shows


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product says how close in meaning they are.

    >>> isinstance(load_encoder("e5"), Encoder)
    True

    Any object with these members is an encoder; it needs no base class. ``isinstance`` says whether the members are
    there, and :func:`sada.indexes.encoders.loading.load_encoder` also checks what they are.

    ``encode`` must be deterministic, and a text's vector must not depend on the other texts of the call by more than
    1e-5. An index records ("stamps") all members but ``encode`` and ``languages``, and refuses an encoder of which they
    differ.

    Three more members are used where an encoder has them:

    - ``options``: a mapping of text to text, what its vectors depend on beside its weights; stamped.
    - ``cuts``: text, how much of a text it reads, as in "256 tokens"; stamped.
    - ``batch``: int, how many texts it prefers to be given at a time; 256 otherwise.
    """

    @property
    def name(self) -> str:
        """The name that ``load_encoder`` makes the same encoder from."""

    @property
    def revision(self) -> str:
        """The version of the package or model."""

    @property
    def dimension(self) -> int:
        """The number of columns of every vector, 1 or more."""

    @property
    def languages(self) -> frozenset[str] | None:
        """The ISO 639-1 codes of the languages it reads; ``None`` if that is unknown or not limited."""

    @property
    def fingerprint(self) -> str:
        """What changes with the weights: XXH3 (128 bits, hexadecimal) over their bytes in Sada's own encoders."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts.

        Args:
            texts: n texts; where Sada calls it, each has a letter or digit, and is in one spelling
                (:mod:`sada.indexes.languages.usual_spelling`).

        Returns:
            Float32 (n, dimension), rows of length 1; a row of zeros for a text that the encoder cannot represent.
        """


def encoder_text(article: Article) -> str:
    """The text that an encoder reads of an article: the title, and on the next line the beginning of the text.

    HTML tags are not read. Both are in one spelling (:mod:`sada.indexes.languages.usual_spelling`). Each is cut after
    ``WORDS`` words or ``CHARACTERS`` characters, between words where there are spaces. How these numbers were chosen is
    in ``benchmarks/results/encoder_texts.json``. The same words give the same text, in an article and in a query: what
    else is known of an article, as its language, does not count.
    """
    title, text = _first_words(article.plain_title), _first_words(article.plain_text)
    if not (title.isascii() and text.isascii()):
        title, text = usual_spelling(f"{title[:_MOST]}\n{text[:_MOST]}").split("\n")
    return f"{_beginning(title)}\n{_beginning(text)}".strip()


def _first_words(text: str) -> str:
    return " ".join(text.split(None, WORDS)[:WORDS])


def _beginning(text: str) -> str:
    lead = _first_words(text)
    most = _allowed(lead)
    if len(lead) <= most:
        return lead
    space = lead.rfind(" ", most // 2, most + 1)  # an earlier space does not end a word in Chinese or Thai
    return lead[: space if space >= 0 else most]


def _allowed(text: str) -> int:
    """How many characters at the beginning of ``text`` weigh at most ``CHARACTERS``."""
    beginning = text[:CHARACTERS]
    if not _DENSE.search(beginning):
        return CHARACTERS
    weight = 0
    for place, letter in enumerate(beginning):
        weight += 1 if not _DENSE.match(letter) else 2 if _SYLLABLE.match(letter) else 3
        if weight > CHARACTERS:
            return place
    return CHARACTERS


def stamp(encoder: Encoder | None) -> dict[str, Any]:
    """The stamp of an encoder, which its index stores. Vectors of different stamps must not be compared."""
    if encoder is None:
        return {"name": "none", "dimension": 0}
    options, cuts = getattr(encoder, "options", {}), getattr(encoder, "cuts", "")
    return {
        "name": encoder.name,
        "revision": encoder.revision,
        "dimension": int(encoder.dimension),
        "fingerprint": encoder.fingerprint,
        "text_rule": TEXT_RULE,
        **({"options": dict(sorted(options.items()))} if options else {}),
        **({"cuts": cuts} if cuts else {}),
    }


def same_encoder(stored: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    """Whether two stamps are of one encoder, so that it can answer from the index: all but the text rule is the same.

    Vectors of two text rules can be compared: the rules differ in few texts. They are never mixed in an index.
    """
    return all(stored.get(key) == here.get(key) for key in {*stored, *here} - {"text_rule"})


def reading(stamped: Mapping[str, Any]) -> str:
    """Describe which part of an article the encoder with this stamp reads; empty without encoder."""
    if not stamped["dimension"]:
        return ""
    rule = stamped["text_rule"]
    given = f"title + {WORDS} words ({CHARACTERS:,} characters)" if rule == TEXT_RULE else f"rule {rule}"
    return f"{given}; the model itself reads {stamped['cuts']}" if "cuts" in stamped else given


def understands(known: frozenset[str] | None, language: str) -> bool:
    """Whether an encoder knows a language.

    Args:
        known: the languages of the encoder, None if they are not limited.
        language: a code, also with region or of a variety ("zh-TW", "arz"); empty if it is not known.

    Returns:
        True if ``language`` is one of ``known`` or a variety of one, or if either of the two is not known.
    """
    if known is None or language in known:
        return True
    main = _main_language(language)
    return not main or main in map(_main_language, known)


@cache
def _main_language(language: str) -> str:
    code = find_language(language)
    return language if code is None else code


def encode_unit(
    encoder: Encoder,
    texts: Sequence[str],
    batch: int | None = None,
    on_done: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Encode texts with any encoder, check the vectors and scale them to length 1.

    The encoder is given texts in one spelling (:mod:`sada.indexes.languages.usual_spelling`). A text that occurs
    several times is encoded once. A text without a letter or digit gets a row of zeros and is not encoded.

    Args:
        encoder: any encoder.
        texts: what to encode, see ``encoder_text``.
        batch: texts given to the encoder at a time, at least 1; None for as many as it prefers, or 256.
        on_done: called after each batch with the number of ``texts`` that are done by it; the calls add up to
            ``len(texts)``.

    Returns:
        Float32 ``(len(texts), encoder.dimension)``.

    Raises:
        EncoderError: if a vector has the wrong shape or type, or holds a value that is not finite; the message shows
            the beginning of the text.
    """
    size: int = getattr(encoder, "batch", _BATCH) if batch is None else batch
    first: dict[str, int] = {}
    folded = map(usual_spelling, texts)
    places = np.fromiter((first.setdefault(text, len(first)) for text in folded), np.int64, len(texts))
    unique = list(first)
    vectors = np.zeros((len(unique), encoder.dimension), dtype=np.float32)
    times = np.bincount(places, minlength=len(unique))
    for start in range(0, len(unique), size):
        rows = [row for row in range(start, min(start + size, len(unique))) if has_words(unique[row])]
        if rows:
            given = encoder.encode([unique[row] for row in rows])
            wrong = _fault(given, len(rows), encoder.dimension)
            if wrong is not None:
                raise EncoderError(f"encoder {encoder.name}, text {_named(unique[rows[wrong[0]]])}: {wrong[1]}")
            vectors[rows] = unit_rows(given)
        if on_done is not None:
            on_done(int(times[start : start + size].sum()))
    return vectors if len(unique) == len(texts) else vectors[places]


def _named(text: str) -> str:
    """The beginning of a text, printable on one line."""
    return repr(" ".join(text.split(None, _NAMED)[:_NAMED])[:_NAMED])


def _fault(given: Any, count: int, dimension: int) -> tuple[int, str] | None:
    """The first faulty row in what an encoder returned, with the fault and its mend; None if there is none."""
    if not isinstance(given, np.ndarray) or given.shape != (count, dimension):
        got = f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else type(given).__name__
        return 0, f"encode gave {got}: return an array of shape {(count, dimension)}, one row a text"
    if given.dtype != np.float32:
        return 0, f"encode gave {given.dtype}: return vectors.astype(numpy.float32)"
    bad = np.flatnonzero(~np.isfinite(given).all(axis=1))
    if len(bad):
        return int(bad[0]), "its vector holds a value that is not finite: leave the text out or take another encoder"
    return None


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Scale vectors to length 1: float32 (n, dimension). A row of zeros stays as it is."""
    wide = vectors.astype(np.float32)
    lengths = np.sqrt(np.square(wide, dtype=np.float64).sum(axis=1, keepdims=True))
    return (wide / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def clean(text: str) -> str:
    """``text`` with lone surrogates, which no tokeniser accepts, replaced by question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
