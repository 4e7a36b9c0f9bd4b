"""Large events of an archive in threads, by the names in titles; writes ``results/threads.json``.

    python benchmarks/threads.py DATA        # some minutes; DATA/neardup/saudi_dev.jsonl.zst, eight days
    python benchmarks/threads.py DATA INDEX  # of an index of it that there is already

The articles of an event are those that have its name in the title. A stranger in its thread has the name neither in the
title nor in the text. The numbers of the method were chosen on the first four events; the others were in view, too.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from results import save

from sada.cluster import Stories, Threads, find_routine, find_stories, find_threads
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article

EVENTS = {
    "words of a prime minister": "المالكي",
    "a student in Tabuk": "طالب[ةه] (جامعة )?تبوك|جامعة تبوك",
    "a bombing in Suruç": "سوروتش|سروج|سوروج|سروتش",
    "harassment in Jeddah and Taif": "متحرش|تحرش",
    "the new Suez canal": "قناة السويس",
    "the death of a Taliban leader": "الملا (عمر|منصور|محمد)",
    "a flight past Pluto": "بلوتو",
    "a nuclear agreement": "النووي",
    "the president of FIFA": "بلاتر",
    "a Super Cup": "السوبر",
}


def row(name: str, pattern: str, articles: Iterable[Article], stories: Stories, threads: Threads) -> dict[str, Any]:
    """How much of an event is in its largest story and in its largest thread, and how many strangers are there."""
    texts = {article.id: article for article in articles}
    members = [id_ for id_, article in texts.items() if re.search(pattern, article.title)]
    own = Counter(stories.of(id_).id for id_ in members)
    joined = Counter((threads.of(stories.of(id_).id) or stories.of(id_)).id for id_ in members)
    (largest, count), *_ = joined.most_common(1)
    inside = threads.get(largest).articles if largest.startswith("t") else stories.get(largest).articles
    strangers = [id_ for id_ in inside if not re.search(pattern, f"{texts[id_].title} {texts[id_].text}")]
    return {
        "event": name,
        "articles": len(members),
        "stories": len(own),
        "in the largest story": round(max(own.values()) / len(members), 3),
        "in the thread": round(count / len(members), 3),
        "articles of the thread": len(inside),
        "strangers": round(len(strangers) / len(inside), 3),
    }


def main(data: str, *given: str) -> None:
    """Build the index unless one is given, and measure."""
    articles = list(read_articles(Path(data) / "neardup" / "saudi_dev.jsonl.zst"))
    with tempfile.TemporaryDirectory() as folder:
        if not given:
            with NewsIndex.create(Path(folder) / "a.sada") as made:
                made.add(articles)
        with NewsIndex.open(given[0] if given else Path(folder) / "a.sada", threads=1) as index:
            stories = find_stories(index)
            routine = [story for series in find_routine(index, stories).series for story in series.stories]
            start = time.process_time()
            threads = find_threads(index, stories, without=routine)
            seconds = time.process_time() - start
            held = [article for article in articles if article.id in index]
    rows = [row(name, pattern, held, stories, threads) for name, pattern in EVENTS.items()]
    note = f"Stories by the default encoder. Threads take {seconds:.1f} s of CPU, one thread of work."
    save("threads", f"{len(held):,} Arabic articles of eight days", note, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
