"""The encoders of ``sada[transformers]``: any sentence-transformers model, by name or path."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.encoder import clean
from sada.indexes.errors import EncoderError, MissingPackage


class TransformersEncoder:
    """A sentence-transformers model on the processor, in float32.

    A model already on this machine is used as it is, without asking the network.

    Args:
        spec: the model's name on the Hugging Face hub, or the path of its folder.
        threads: torch threads of ``encode``; 0 for torch's own choice.

    Raises:
        MissingPackage: if sentence-transformers is not installed.
        EncoderError: if the model cannot be loaded.
    """

    languages: frozenset[str] | None = None

    def __init__(self, spec: str, threads: int = 0) -> None:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise MissingPackage(f'encoder {spec!r} needs sentence-transformers: pip install "sada[transformers]"')
        self.name = str(Path(spec).resolve()) if Path(spec).is_dir() else spec
        self._threads = threads
        self._model = _load(self.name)
        self.dimension = self._vectors(["a"]).shape[1]

    @property
    def revision(self) -> str:
        """Version of sentence-transformers and, where the model came from the hub, the model's commit."""
        from sentence_transformers import __version__

        commit = getattr(getattr(self._model, "model_card_data", None), "base_model_revision", None)
        return f"sentence-transformers {__version__}" + (f", model {commit}" if commit else "")

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the names, shapes and bytes of the weights, sorted by name."""
        digest = xxhash.xxh3_128()
        for name, tensor in sorted(self._model.state_dict().items()):
            values = np.ascontiguousarray(tensor.numpy())
            digest.update(f"{name} {values.dtype} {values.shape}".encode())
            digest.update(values.data)
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Float32 ``(len(texts), dimension)``, rows of length 1; the model itself cuts what is too long for it."""
        return self._vectors(texts).reshape(len(texts), self.dimension)

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        with _torch_threads(self._threads):
            vectors = self._model.encode(
                [clean(text) for text in texts],
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)


def _load(spec: str) -> Any:
    """The model, from this machine if it is here, otherwise from the hub."""
    from sentence_transformers import SentenceTransformer

    try:
        try:
            with _no_loading_bar():
                model = SentenceTransformer(spec, device="cpu", local_files_only=True)
        except Exception:
            if Path(spec).exists():
                raise
            _reach_hub()
            model = SentenceTransformer(spec, device="cpu")
        # Half precision would make a vector depend on its batch.
        return model.float()
    except Exception as error:  # the library raises whatever the broken file or connection raised
        raise EncoderError(
            f"encoder {spec!r} cannot be loaded ({_one_line(error)}): "
            "check the name or path, or load it once where there is a network"
        ) from error


def _reach_hub() -> None:
    """Raises at once where there is no network; the library would go on trying for a minute."""
    from huggingface_hub import constants, get_session

    if not constants.HF_HUB_OFFLINE:
        get_session().head(constants.ENDPOINT, timeout=10)


@contextmanager
def _no_loading_bar() -> Iterator[None]:
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
