#!/usr/bin/env bash
# dateparser 1.5.0 reads the names of time zones at the end of a date.
# One would guess that "ET" and "PT", as American newsrooms write them the whole
# year, mean the time that clocks show there: summer time in July. Or that they
# are refused, as "CT" is.
# What happens: they are read as the winter offset on every day. "July 31, 2024,
# 2:05 PM ET" is an hour later than the same words with EDT, which is what that
# newsroom's clock shows. "CT" gives None.
# It matters for news: for eight months of the year all American reports with
# these names are an hour late, so a copy looks older than its source.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check dateparser==1.5.0
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

import dateparser

print("dateparser", dateparser.__version__)

for name, hours, place in (("ET", -5, "America/New_York"), ("PT", -8, "America/Los_Angeles")):
    for month, day, there in (("January", 31, 0), ("July", 31, 1)):
        got = dateparser.parse(f"{month} {day}, 2024, 2:05 PM {name}")
        local = datetime(2024, 1 if month == "January" else 7, day, 14, 5, tzinfo=ZoneInfo(place))
        late = (got - local).total_seconds() / 3600
        print(f"{month} {day}, 2024, 2:05 PM {name} -> {got}; there it is {local}: {late:.0f} h late")
        assert got.utcoffset().total_seconds() == hours * 3600, got
        assert late == there, late

summer = dateparser.parse("July 31, 2024, 2:05 PM EDT")
print("EDT", summer, "CT", dateparser.parse("July 31, 2024, 2:05 PM CT"))
assert summer.utcoffset().total_seconds() == -4 * 3600
assert dateparser.parse("July 31, 2024, 2:05 PM CT") is None
PY
