#!/usr/bin/env bash
# trafilatura 2.3.1 takes the article out of an HTML page.
# One would guess that the letters of the article stay as the page has them.
# What happens: the zero-width non-joiner (U+200C) is dropped inside words.
# Persian writes it in plurals, verbs and many common words, so these become
# other strings: سه‌شنبه (Tuesday) is سهشنبه. The tatweel, which joins letters and
# means nothing, stays.
# It matters for news: an extracted Persian article shares few of such words
# with the same article from a feed, and a search for the right spelling fails.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    trafilatura==2.3.1 lxml==6.1.3 lxml-html-clean==0.4.5
"$work/venv/bin/python" - <<'PY'
import unicodedata
from importlib.metadata import version

from trafilatura import extract

print("trafilatura", version("trafilatura"))

JOINER = "\u200c"
SENTENCE = "کشتی\u200cها صبح سه\u200cشنبه از اسکله\u200cی بلند می\u200cروند و مسافران خانه\u200cهای ساحلی را می\u200cبینند"
page = "<html lang='fa'><body><article>{}</article></body></html>".format(
    "".join(f"<p>{SENTENCE} {number}.</p>" for number in range(8))
)
text = extract(page)
print("on the page:", SENTENCE.count(JOINER), unicodedata.name(JOINER), "in a sentence; in the text:", text.count(JOINER))
print("words on the page:", *SENTENCE.split()[:3])
print("words in the text:", *text.split()[:3])

assert text.count(JOINER) == 0, text
assert SENTENCE.replace(JOINER, "") in text, text

tatweel = SENTENCE.replace(JOINER, "\u0640")
assert tatweel in extract(page.replace(SENTENCE, tatweel))
PY
