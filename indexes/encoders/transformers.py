"""The encoders of ``sada-news[transformers]``: any sentence-transformers model, by name or path."""

from __future__ import annotations

import importlib.util
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.distribution import install_hint
from sada.indexes.encoders.encoder import NAMES, clean
from sada.indexes.encoders.transformers_options import ModelOptions
from sada.indexes.errors import EncoderError, MissingPackageError

_BATCHES = 8  # of each device in one call, so that no device waits for the others
_LEAST = 256


class TransformersEncoder:
    """Encodes with a sentence-transformers model, in float32, and on the CPU unless an option says otherwise.

    A model that is already on this machine is used without the network.

    Args:
        spec: the model's name on the Hugging Face hub, or the path of its folder.
        threads: torch threads of ``encode``; 0 for torch's own choice.
        options: see :mod:`sada.indexes.encoders.transformers_options`. With several devices, each has its own process,
            which starts at the first ``encode``; a script that uses them needs ``if __name__ == "__main__":``.

    Raises:
        MissingPackageError: if sentence-transformers is not installed.
        EncoderError: if the model cannot be loaded, or an option does not suit it.
    """

    languages: frozenset[str] | None = None

    def __init__(self, spec: str, threads: int = 0, options: Mapping[str, Any] | None = None) -> None:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise MissingPackageError(
                f"encoder {spec!r} is none of {', '.join(NAMES)}; as a sentence-transformers model it needs:"
                f" {install_hint('transformers')}"
            )
        self.name = str(Path(spec).resolve()) if Path(spec).is_dir() else spec
        self._threads = threads
        self._options = chosen = ModelOptions.read(spec, options or {})
        _check_devices(spec, chosen.device)
        self._model = _load(self.name, chosen)
        self._prompt: str = self._chosen_prompt()
        if chosen.max_tokens:
            self._read_at_most(chosen.max_tokens)
        self._truncate(chosen.dimension)
        self.batch = max(_LEAST, _BATCHES * chosen.batch_size * len(chosen.device))

    @property
    def revision(self) -> str:
        """Version of sentence-transformers and, where the model came from the hub, the model's commit."""
        from sentence_transformers import __version__

        commit = getattr(getattr(self._model, "model_card_data", None), "base_model_revision", None)
        return f"sentence-transformers {__version__}" + (f", model {commit}" if commit else "")

    @property
    def options(self) -> dict[str, str]:
        """What the vectors depend on beside the weights: the prompt, and the options that change them."""
        found: dict[str, Any] = {"dimension": self._options.dimension, "max_tokens": self._options.max_tokens}
        if self._prompt or self._model.prompts.get(self._model.default_prompt_name):
            found["prompt"] = self._prompt
        return {name: str(value) for name, value in found.items() if value is not None}

    @property
    def cuts(self) -> str:
        """How much of a text the model reads, as in "256 tokens"; empty if it has no limit."""
        most = getattr(self._model, "max_seq_length", None)
        return f"{int(most):,} tokens" if most and most < 1 << 30 else ""

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the names, shapes and bytes of the weights, sorted by name."""
        digest = xxhash.xxh3_128()
        for name, tensor in sorted(self._model.state_dict().items()):
            values = np.ascontiguousarray(tensor.cpu().numpy())
            digest.update(f"{name} {values.dtype} {values.shape}".encode())
            digest.update(values.data)
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), dimension)``, rows of length 1. The model cuts long texts."""
        return self._vectors(texts).reshape(len(texts), self.dimension)

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        several = {"pool": self._pool} if len(self._options.device) > 1 and len(texts) > 1 else {}
        with _torch_threads(self._threads):
            vectors = self._model.encode(
                [clean(text) for text in texts],
                prompt=self._prompt,
                batch_size=self._options.batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
                **several,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _pool(self) -> dict[str, Any]:
        pool: dict[str, Any] = self._model.start_multi_process_pool(list(self._options.device))
        weakref.finalize(self, type(self._model).stop_multi_process_pool, pool)
        return pool

    def _chosen_prompt(self) -> str:
        """The prompt, put before each text: the one given, the one named, or the model's default."""
        given, named, known = self._options.prompt, self._options.prompt_name, self._model.prompts
        if named is not None and named not in known:
            raise EncoderError(f"encoder {self.name!r} has no prompt {named!r}: choose among {', '.join(known) or '-'}")
        by_default = self._model.default_prompt_name if named is None else named
        return given if given is not None else known.get(by_default) or ""

    def _read_at_most(self, tokens: int) -> None:
        config = getattr(getattr(self._model[0], "auto_model", None), "config", None)
        limit = getattr(config, "max_position_embeddings", None) or tokens
        if "roberta" in str(getattr(config, "model_type", "")):  # whose positions begin after that of the padding
            limit -= (getattr(config, "pad_token_id", None) or 0) + 1
        if tokens > limit:
            raise EncoderError(f"encoder {self.name!r}, option max_tokens={tokens}: it reads {limit:,} at most")
        self._model.max_seq_length = tokens

    def _truncate(self, dimension: int | None) -> None:
        self.dimension = whole = self._vectors(["a"]).shape[1]
        if dimension is not None:
            if dimension > whole:
                raise EncoderError(f"encoder {self.name!r}, option dimension={dimension}: it has {whole} at most")
            self._model.truncate_dim = self.dimension = dimension


def _check_devices(spec: str, names: Sequence[str]) -> None:
    import torch

    for name in names:
        try:
            torch.empty(1, device=name)
        except Exception as error:  # torch raises one of many kinds
            raise EncoderError(
                f"encoder {spec!r}, option device={name}: it cannot be used here ({_one_line(error)}); give cpu"
            ) from error


def _load(spec: str, options: ModelOptions) -> Any:
    """Load the model, from this machine if it is there, otherwise from the hub."""
    from sentence_transformers import SentenceTransformer

    device = options.device[0] if len(options.device) == 1 else "cpu"
    try:
        try:
            with _no_loading_bar():
                model = SentenceTransformer(spec, device=device, local_files_only=True)
        except Exception:
            if options.local_files_only or Path(spec).exists():
                raise
            _reach_hub()
            model = SentenceTransformer(spec, device=device)
        # Half precision would make a vector depend on its batch.
        return model.float()
    except Exception as error:  # the library raises whatever the broken file or connection raised
        raise EncoderError(
            f"encoder {spec!r} cannot be loaded ({_one_line(error)}): "
            "check the name or path, or load it once where there is a network;"
            f" Sada's own encoders are {', '.join(NAMES)}"
        ) from error


def _reach_hub() -> None:
    """Raise at once if there is no network; the library would retry for a minute."""
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
