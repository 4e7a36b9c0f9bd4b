#!/usr/bin/env bash
# newspaper4k 0.9.6 finds the publication date of an article.
# One would guess that the page's own article:published_time, a full time with
# its offset, counts for more than numbers in the address.
# What happens: if the address has year, month and day, that day is the date, at
# midnight without an offset, whatever the page says. An address that has year
# and month, and then the number of an article, is read the same way: article 7
# of July 2024 is dated 7 July, and article 19 the 19th.
# It matters for news: the minute is lost for every outlet with the day in its
# addresses, so who was first cannot be told, and numbered articles get a wrong
# day without a sign.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    newspaper4k==0.9.6 lxml==6.1.3 lxml-html-clean==0.4.5
"$work/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

from newspaper import Article

print("newspaper4k", version("newspaper4k"))

PAGE = """<html><head><title>Pier reopens</title>
<meta property="article:published_time" content="2024-07-20T10:30:00+03:00"></head>
<body><article><h1>Pier reopens</h1><p>{}</p></article></body></html>""".format(
    "The ferries left the long pier again on Saturday morning, and the first travellers cheered. " * 8
)

seen = []
for path in ("news/pier-reopens", "news/2024/07/pier-reopens", "2024/07/20/pier-reopens", "news/2024/07/7", "news/2024/07/19"):
    article = Article(f"http://example.org/{path}")
    article.download(input_html=PAGE)
    article.parse()
    print(path, "->", article.publish_date)
    seen.append(str(article.publish_date))

page = "2024-07-20 10:30:00+03:00"
assert seen == [page, page, "2024-07-20 00:00:00", "2024-07-07 00:00:00", "2024-07-19 00:00:00"], seen
PY
