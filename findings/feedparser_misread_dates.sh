#!/usr/bin/env bash
# feedparser 6.0.14 reads the date text of a feed entry into published_parsed.
# One would guess that a date in a form it does not know gives None, as it does
# for "31/07/2024 21:15", and that a date it does give is the right one.
# What happens: "31-07-2024" is read as 20 July 2031 (year 31, month 07, day 20).
# "07-08-2024" is read as 20 August 2007. A Unix time is read as a two-figure
# year and a day of that year. The PM of a 12-hour clock is dropped, so 9:15 in
# the evening becomes 9:15 in the morning. The feed is not marked as faulty.
# It matters for stories: such an article moves years away from its story, or
# becomes twelve hours older than its own copies, and no test for None sees it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check feedparser==6.0.14
"$work/venv/bin/python" - <<'PY'
from datetime import datetime, timezone

import feedparser

print("feedparser", feedparser.__version__)

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Port News</title>
<item><title>Pier reopens</title><pubDate>{}</pubDate></item>
</channel></rss>"""

unix = str(int(datetime(2024, 7, 31, 21, 15, tzinfo=timezone.utc).timestamp()))
seen = {}
for text in (
    "Wed, 31 Jul 2024 21:15:00 GMT",
    "31/07/2024 21:15",
    "31-07-2024",
    "07-08-2024",
    unix,
    "31 July 2024 9:15 PM",
    "2024-07-31 09:15 PM",
):
    feed = feedparser.parse(FEED.format(text))
    assert not feed.bozo
    parsed = feed.entries[0].published_parsed
    seen[text] = parsed and "%04d-%02d-%02d %02d:%02d" % tuple(parsed)[:5]
    print(f"{text:32} {seen[text]}")

assert list(seen.values()) == [
    "2024-07-31 21:15",
    None,
    "2031-07-20 00:00",
    "2007-08-20 00:00",
    "2017-08-12 00:00",
    "2024-07-31 09:15",
    "2024-07-31 09:15",
], seen
PY
