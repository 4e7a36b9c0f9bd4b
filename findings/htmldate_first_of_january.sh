#!/usr/bin/env bash
# htmldate 1.11.0 finds the publication date of a news page.
# One would guess that a page whose only date is a full, visible one gives that
# date, or None where the language is not read.
# What happens: the plain Chinese and Japanese form 2024年8月7日 gives 1 January
# 2024. The same date with a clock time after it is read well. An Arabic date is
# read well alone, and gives 1 January 2024 when the Hijri date stands beside
# it, as some Arabic papers print it. Only the year was found, and nothing in
# the answer says so. In English the two dates do no harm.
# It matters for stories: all such pages of one year fall on one day, so
# unrelated articles look as if they came out together, months before the event.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    htmldate==1.11.0 dateparser==1.5.0 lxml==6.1.3
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from htmldate import find_date

print("htmldate", version("htmldate"))

PAGE = """<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>
<body><article><h1>{}</h1><p class="date">{}</p><p>{}</p></article></body></html>"""

english = ("en", "Pier reopens", "The first ferries left the long pier before noon.")
arabic = ("ar", "الرصيف يعود للعمل", "غادرت أولى العبارات الرصيف الطويل قبل الظهر.")
chinese = ("zh", "码头重新开放", "第一批渡轮在中午以前离开了长码头。")
japanese = ("ja", "桟橋が再開", "最初の船が昼前に長い桟橋を出た。")

seen = []
for (language, title, text), line in (
    (english, "7 August 2024"),
    (english, "3 Safar 1446 - 7 August 2024"),
    (arabic, "7 أغسطس 2024"),
    (arabic, "3 صفر 1446 هـ - 7 أغسطس 2024"),
    (arabic, "7 أغسطس 2024 - 3 صفر 1446 هـ"),
    (chinese, "2024年8月7日 10:30"),
    (chinese, "2024年8月7日"),
    (japanese, "2024年8月7日"),
):
    found = find_date(PAGE.format(language, title, title, line, text))
    print(language, found, " <- ", line)
    seen.append(found)

right, january = "2024-08-07", "2024-01-01"
assert seen == [right, right, right, january, january, right, january, january], seen
PY
