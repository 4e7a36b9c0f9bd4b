#!/usr/bin/env bash
# feedparser 6.0.14 gives the elements of a feed's item, also those of namespaces
# that it does not know: <x:teaser>text</x:teaser> is entry["x_teaser"].
# One would guess that an attribute on such an element adds to what is given, or
# is dropped.
# What happens: the attributes take the place of the text. The same element with
# lang="en" gives {"lang": "en"}, and its text is nowhere in the entry.
# It matters for news: content systems put the lead, the body or the outlet into
# elements of their own, and one attribute more empties the field in silence.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check feedparser==6.0.14
"$work/venv/bin/python" - <<'PY'
import feedparser

print("feedparser", feedparser.__version__)

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:x="http://example.org/ns"><channel><title>Pier News</title>
<link>http://example.org/</link><description>News of the pier</description>
<item><title>Pier reopens</title><guid isPermaLink="false">1</guid>{}</item></channel></rss>"""

seen = []
for teaser in (
    "<x:teaser>The ferries leave again.</x:teaser>",
    '<x:teaser lang="en">The ferries leave again.</x:teaser>',
):
    parsed = feedparser.parse(FEED.format(teaser))
    (entry,) = parsed.entries
    print(teaser, "->", dict(entry)["x_teaser"], "| well-formed:", not parsed.bozo)
    seen.append((entry["x_teaser"], "ferries" in str(entry)))

assert seen == [("The ferries leave again.", True), ({"lang": "en"}, False)], seen
PY
