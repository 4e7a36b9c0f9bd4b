"""``datatrove``, its signature and bucket stages on Arabic texts: python datatrove_peer.py FILE PAIRS."""

import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import body, report, rows
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils.typeshelper import Languages


def _document(reader: JsonlReader, row: dict, path: str, place: int | str) -> dict:
    return {"id": row["id"], "text": body(row)}


def pairs(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Articles with the same signature in a bucket, each with the one before it."""
    config = MinhashConfig(n_grams=3)
    reader = JsonlReader(str(path.parent), glob_pattern=path.name, adapter=_document)
    signatures = MinhashDedupSignature(str(folder / "signatures"), config, Languages.arabic)
    buckets = MinhashDedupBuckets(str(folder / "signatures"), str(folder / "pairs"), config=config)
    LocalPipelineExecutor([reader, signatures], tasks=1, workers=1, logging_dir=str(folder / "log1")).run()
    LocalPipelineExecutor([buckets], tasks=config.num_buckets, workers=1, logging_dir=str(folder / "log2")).run()
    ids = [row["id"] for row in rows(str(path))]
    for found in (folder / "pairs").glob("*.dups"):
        for _, first, _, second in struct.iter_unpack("<4I", found.read_bytes()):
            yield ids[first], ids[second]


if __name__ == "__main__":  # the executor may start this file again
    with tempfile.TemporaryDirectory() as temporary:
        report(pairs(Path(sys.argv[1]), Path(temporary)))
