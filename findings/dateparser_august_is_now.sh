#!/usr/bin/env bash
# dateparser 1.5.0 reads dates in many languages, and finds the language itself
# when none is named.
# One would guess that "7 آب 2024" (7 August 2024, with the month name used in
# Syria, Lebanon, Iraq and Jordan) is read as that day, or gives None like the
# other months of that set.
# What happens: without a language it gives the present moment, day, month, year
# and all. The word is taken as the Urdu one for "now", and the numbers around
# it are dropped. With languages=["ar"] it gives None, as do the other months of
# that set, although the library holds all these names. They are read only when
# a place is named, such as locales=["ar-SY"].
# It matters for news: an article from any past August, dated in this form, gets
# the minute of the import as its date and looks like the newest report of all.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check dateparser==1.5.0
"$work/venv/bin/python" - <<'PY'
from datetime import datetime

import dateparser
from dateparser.date import DateDataParser

print("dateparser", dateparser.__version__)

now = {"RELATIVE_BASE": datetime(2020, 2, 3, 4, 5)}  # what counts as now
july = datetime(2024, 7, 7)
august = datetime(2024, 8, 7)

for text, free, arabic, syrian in (
    ("7 أغسطس 2024", august, august, august),
    ("7 تموز 2024", None, None, july),
    ("7 آب 2024", now["RELATIVE_BASE"], None, august),
):
    got = (
        dateparser.parse(text, settings=now),
        dateparser.parse(text, languages=["ar"], settings=now),
        dateparser.parse(text, locales=["ar-SY"], settings=now),
    )
    print(f"{text}: no language {got[0]}, ar {got[1]}, ar-SY {got[2]}")
    assert got == (free, arabic, syrian), got

taken_as = DateDataParser(settings=now).get_date_data("7 آب 2024").locale
print("language taken for 7 آب 2024:", taken_as)
assert taken_as == "ur", taken_as
PY
