"""The options of a sentence-transformers model.

``prompt`` (text put before each text), ``prompt_name`` (a prompt of the model's own), ``dimension`` (how many of the
first columns are kept, for models trained for that) and ``max_tokens`` change the vectors and are stamped. ``device``
(such as ``cuda``; several, as ``cuda:0,cuda:1``, share the work), ``batch_size`` and ``local_files_only`` do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sada.indexes.errors import EncoderError


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options of a model; None where the model itself decides."""

    prompt: str | None = None
    prompt_name: str | None = None
    dimension: int | None = None
    max_tokens: int | None = None
    device: tuple[str, ...] = ("cpu",)
    batch_size: int = 32
    local_files_only: bool = False

    @classmethod
    def read(cls, spec: str, options: Mapping[str, Any]) -> ModelOptions:
        """Read options by name; values are text, or of the type of the option.

        Raises:
            EncoderError: naming ``spec``, if a name is not known or a value cannot be read.
        """
        read = {}
        for name, value in options.items():
            reader = _READERS.get(name)
            if reader is None:
                raise EncoderError(f"encoder {spec!r} knows no option {name!r}: choose among {', '.join(_READERS)}")
            try:
                read[name] = reader(value)
            except (ValueError, TypeError) as error:
                raise EncoderError(f"encoder {spec!r}, option {name}={value!r}: {error}") from None
        if "prompt" in read and "prompt_name" in read:
            raise EncoderError(f"encoder {spec!r}: give prompt or prompt_name, not both")
        return cls(**read)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("give text")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not str(value).strip().isdecimal() or int(value) < 1:
        raise ValueError("give a whole number, 1 or more")
    return int(value)


def _truth(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if str(value).strip().lower() not in words:
        raise ValueError("give true or false")
    return words[str(value).strip().lower()]


def _devices(value: Any) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (value.split(",") if isinstance(value, str) else map(str, value)))
    if not names or not all(names):
        raise ValueError("give cpu, cuda, or several joined by commas, as cuda:0,cuda:1")
    return names


_READERS: dict[str, Callable[[Any], Any]] = {
    "prompt": _text,
    "prompt_name": _text,
    "dimension": _count,
    "max_tokens": _count,
    "device": _devices,
    "batch_size": _count,
    "local_files_only": _truth,
}
