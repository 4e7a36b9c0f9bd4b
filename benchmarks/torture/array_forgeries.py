"""What a stranger may write into the files of an index: other values, shapes, types and headers, well checksummed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from sada.indexes.folder.paths import ARRAYS, CHECKPOINTS, FAISS
from sada.indexes.storage.arrays import BLOCK, ArrayFile, StoredArray
from sada.indexes.storage.catalog import Catalog

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


class Forgery(NamedTuple):
    """One way to forge an index.

    Attributes:
        name: of the kind of fault.
        forge: changes the index in a folder; returns what it did, None if there was nothing to change.
    """

    name: str
    forge: Callable[[Path, np.random.Generator], str | None]


def _npy(array: np.ndarray, header: bytes | None = None) -> bytes:
    """The bytes of a ``.npy`` file, with another text in its header if one is given."""
    array = np.ascontiguousarray(array)
    text = header
    if text is None:
        about = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False, "shape": array.shape}
        text = f"{{'descr': {about['descr']!r}, 'fortran_order': False, 'shape': {about['shape']}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + array.tobytes()


def write_forged(folder: Path, kind: str, content: bytes, rng: np.random.Generator) -> ArrayFile:
    """Write any bytes as an array file, with the digests that they should have."""
    digests = b"".join(xxhash.xxh3_64_digest(content[start : start + BLOCK]) for start in range(0, len(content), BLOCK))
    name = f"{kind}-{rng.bytes(8).hex()}.npy"
    (folder / name).write_bytes(content + digests)
    return ArrayFile(name, len(content) + len(digests), xxhash.xxh3_128_hexdigest(digests))


def _replace(path: Path, segment: int, kind: str, entry: ArrayFile | None) -> None:
    """Name another file, or none, in the catalog, with the digests that it should have."""
    catalog = Catalog(path)
    try:
        files = catalog.files()
        kept = {number: {kind: kinds[kind]} for number, kinds in files.items() if kind in kinds and number != segment}
        with catalog.writing():
            catalog.replace_arrays((kind,), kept | ({segment: {kind: entry}} if entry else {}))
    finally:
        catalog.close()


def _chosen(path: Path, rng: np.random.Generator) -> tuple[int, str, np.ndarray]:
    """One array of the index: its segment, kind and elements."""
    catalog = Catalog(path)
    try:
        places = [(segment, kind) for segment, kinds in catalog.files().items() for kind in sorted(kinds)]
        segment, kind = places[int(rng.integers(len(places)))]
        return segment, kind, StoredArray(path / ARRAYS, catalog.files()[segment][kind]).whole().copy()
    finally:
        catalog.close()


def _of_array(change: Change) -> Callable[[Path, np.random.Generator], str | None]:
    def forge(path: Path, rng: np.random.Generator) -> str | None:
        segment, kind, array = _chosen(path, rng)
        forged = change(array.copy(), rng)
        if forged.dtype == array.dtype and forged.shape == array.shape and forged.tobytes() == array.tobytes():
            return None
        _replace(path, segment, kind, write_forged(path / ARRAYS, kind, _npy(forged), rng))
        return f"{kind} of segment {segment}: {forged.dtype} {forged.shape}"

    return forge


def _extremes(array: np.ndarray) -> list[int | float]:
    if array.dtype.kind == "f":
        return [0.0, -0.0, np.nan, np.inf, -np.inf, 65504.0, 6e-8, -1.0]
    most = np.iinfo(array.dtype)
    near = [0, 1, 2, len(array), len(array) - 1, len(array) + 1, array.size, array.size + 1, 1 << 31, 1 << 40, 1 << 62]
    return [most.max, most.min, most.max - 1, *(min(value, most.max) for value in near)]


def _some_values(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    flat = array.reshape(-1)
    if flat.size:
        chosen = rng.integers(flat.size, size=int(rng.integers(1, 6)))
        known = _extremes(array)
        for at in chosen:
            flat[at] = np.array(known[int(rng.integers(len(known)))]).astype(array.dtype)
    return array


def _one_value_everywhere(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    known = _extremes(array)
    array[int(rng.integers(2)) :] = np.array(known[int(rng.integers(len(known)))]).astype(array.dtype)
    return array


def _random_bytes(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    content = bytearray(array.tobytes())
    if content:
        start = int(rng.integers(len(content)))
        length = int(rng.integers(1, min(len(content) - start, 64) + 1))
        content[start : start + length] = rng.bytes(length)
    return np.frombuffer(bytes(content), array.dtype).reshape(array.shape)


def _one_bit(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    content = bytearray(array.tobytes())
    if content:
        content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    return np.frombuffer(bytes(content), array.dtype).reshape(array.shape)


def _other_order(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return array[::-1] if rng.integers(2) else rng.permutation(array)


def _two_rows_alike(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if len(array) > 1:
        array[int(rng.integers(len(array)))] = array[int(rng.integers(len(array)))]
    return array


def _small_step(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    flat = array.reshape(-1)
    if flat.size and array.dtype.kind != "f":
        with np.errstate(over="ignore"):
            flat[int(rng.integers(flat.size))] += np.array(rng.choice([1, 2])).astype(array.dtype)
    return array


def _other_length(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    lengths = [0, 1, len(array) // 2, max(len(array) - 1, 0)]
    if rng.integers(2):
        return np.concatenate([array, array[: int(rng.integers(1, 4))]])
    return array[: lengths[int(rng.integers(len(lengths)))]]


def _other_shape(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shapes = [array.reshape(-1), array.reshape(1, -1), array.reshape(-1, 1), array.T, array[..., :1], array[None, None]]
    return shapes[int(rng.integers(len(shapes)))]


def _other_type(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kinds = ["<u1", "<u2", "<u4", "<u8", "<i8", "<i4", "<f2", "<f4", "<f8", ">u4", ">i8", ">f2", "<c8", "|b1"]
    with np.errstate(all="ignore"):
        return array.astype(kinds[int(rng.integers(len(kinds)))])


_HEADERS = [
    "{'descr': '%s', 'fortran_order': True, 'shape': %s, }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (1152921504606846976, 8), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (0, 4611686018427387904), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (4611686018427387904, 0), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (True,), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '|V8', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': [('a', '<u4'), ('b', '|O')], 'fortran_order': False, 'shape': (3,), }",
    "{'descr': ('<u8', (2,)), 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': 'nothing', 'fortran_order': False, 'shape': (3,), }",
    "{'shape': (3,), 'descr': '%s', 'fortran_order': False}",
    "{'descr': '%s', 'fortran_order': False, 'shape': (" + "1, " * 200 + "), }",
    "{'descr': '%s', 'fortran_order': False, 'shape': (" + "(" * 3000,
    "[" * 8000,
    "{'descr': '%s', 'fortran_order': False, 'shape': (" + "1" * 9000 + ",), }",
    "",
    "__import__('os').system('true')",
]


def _header(path: Path, rng: np.random.Generator) -> str:
    segment, kind, array = _chosen(path, rng)
    text = _HEADERS[int(rng.integers(len(_HEADERS)))]
    filled = text.replace("%s", array.dtype.str, 1).replace("%s", str(array.shape), 1)
    content = bytearray(_npy(array, filled.encode()))
    trick = int(rng.integers(6))
    if trick == 0:
        content = bytearray(_npy(array))
        content[6] = int(rng.integers(256))  # the version
    elif trick == 1:
        content = bytearray(_npy(array))
        content[8:10] = rng.bytes(2)  # the length of the header
    elif trick == 2:
        whole = bytes(_npy(array))
        content = bytearray(whole[: int(rng.choice([0, 1, 9, 64, 100, 128, max(len(whole) - 1, 1)]))])
    _replace(path, segment, kind, write_forged(path / ARRAYS, kind, bytes(content), rng))
    return f"{kind} of segment {segment}: header {bytes(content[:70])!r}"


def _other_file(path: Path, rng: np.random.Generator) -> str | None:
    """Let an entry name the file of another kind or segment, or none; or add an entry of an unknown kind."""
    first, second = _chosen(path, rng), _chosen(path, rng)
    trick = int(rng.integers(3))
    if trick == 0:
        _replace(path, *first[:2], None)
        return f"no {first[1]} in segment {first[0]}"
    content = _npy(second[2])
    kind = first[1] if trick == 1 else str(rng.choice(["homes", "vectors", "encoded", "spellings", "strange"]))
    if trick == 1 and (first[:2] == second[:2] or first[2].tobytes() == second[2].tobytes()):
        return None
    catalog = Catalog(path)
    known = kind in catalog.files()[first[0]]
    catalog.close()
    if trick == 2 and known:
        return None
    _replace(path, first[0], kind, write_forged(path / ARRAYS, kind, content, rng))
    return f"{kind} of segment {first[0]} is {second[1]} of segment {second[0]}"


def _codes(path: Path, rng: np.random.Generator) -> str | None:
    """Forge a FAISS file: its first line, or the arrays behind it, under a right digest."""
    files = sorted((path / FAISS).glob("*.faiss")) if (path / FAISS).is_dir() else []
    if not files:
        return None
    file = files[int(rng.integers(len(files)))]
    line, _, rest = file.read_bytes().partition(b"\n")
    about, content = json.loads(line), bytearray(rest)
    trick = int(rng.integers(6))
    if trick == 0:
        key = str(rng.choice(list(about["plan"])))
        about["plan"][key] = int(rng.choice([0, 1, -1, 1 << 31, 1 << 62]))
    elif trick == 1:
        content = content[: int(rng.integers(len(content)))]
    elif trick == 2:
        del about["arrays"]
        content = bytearray(b"IwRr" + rng.bytes(400))
        about = {key: about[key] for key in ("vectors", "plan", "digest")}
    else:
        start = int(rng.integers(len(content)))
        length = int(rng.choice([1, 8, 400, len(content)]))
        content[start : start + length] = rng.bytes(min(length, len(content) - start))
    about["digest"] = xxhash.xxh3_128_hexdigest(bytes(content))
    text = json.dumps(about).encode()
    file.write_bytes(text + b" " * (-(len(text) + 1) % 64) + b"\n" + content)
    return f"{file.name}: trick {trick}"


def _checkpoint(path: Path, rng: np.random.Generator) -> str | None:
    """Plant a checkpoint of a reencoding with ``fast``, whose chunk has any type and shape."""
    catalog = Catalog(path)
    encoder = catalog.setting("encoder")
    catalog.close()
    if encoder["dimension"]:
        return None
    from sada.indexes.encoders.encoder import stamp
    from sada.indexes.encoders.loading import load_encoder
    from sada.indexes.writing.checkpoint import Checkpoint

    (path / CHECKPOINTS).mkdir(exist_ok=True)
    about = stamp(load_encoder("fast"))
    folder = Checkpoint(path / CHECKPOINTS, about).folder
    rows = rng.integers(0, 1 << 16, (9, 8 + int(about["dimension"])), np.uint16)
    changes: list[Change] = [
        _other_length,
        _other_shape,
        _other_type,
        _one_value_everywhere,
        lambda array, _: array[:, :5],
    ]
    forged = changes[int(rng.integers(len(changes)))](rows, rng)
    entry = write_forged(folder, "chunk", _npy(forged), rng)
    (folder / entry.name).rename(folder / f"{entry.checksum}.npy")
    return f"chunk {forged.dtype} {forged.shape}"


FORGERIES = [
    Forgery("some values of an array", _of_array(_some_values)),
    Forgery("one value all through an array", _of_array(_one_value_everywhere)),
    Forgery("random bytes in an array", _of_array(_random_bytes)),
    Forgery("one bit of an array", _of_array(_one_bit)),
    Forgery("one value of an array, a little more", _of_array(_small_step)),
    Forgery("rows of an array in another order", _of_array(_other_order)),
    Forgery("two rows of an array alike", _of_array(_two_rows_alike)),
    Forgery("an array of another length", _of_array(_other_length)),
    Forgery("an array of another shape", _of_array(_other_shape)),
    Forgery("an array of another type", _of_array(_other_type)),
    Forgery("the header of an array", _header),
    Forgery("the array of another place", _other_file),
    Forgery("FAISS codes", _codes),
    Forgery("a checkpoint", _checkpoint),
]
