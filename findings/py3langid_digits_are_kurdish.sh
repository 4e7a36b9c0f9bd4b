#!/usr/bin/env bash
# py3langid 0.4.0 tells the language of a text, with a probability.
# One would guess that a number alone has no language in any digits: in ASCII
# digits the most likely of its 140 languages has a probability of 1 in 71.
# What happens: in the digits of Arabic newspapers it is Southern Kurdish, with a
# probability of .88 and more. A year or a date as a title is enough.
# It matters for news: market tables and pages of a date are filed
# under a language of which no newspaper is in the archive, and a threshold on
# the probability does not keep them out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check py3langid==0.4.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from py3langid.langid import MODEL_FILE, LanguageIdentifier

print("py3langid", version("py3langid"))

identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
print(len(identifier.labels), "languages")
for number in ("123", "2024", "2026/03/01"):
    arabic = number.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    plain, printed = identifier.classify(number), identifier.classify(arabic)
    print(f"{number}: {plain[0]} {plain[1]:.3f}; {arabic}: {printed[0]} {printed[1]:.3f}")
    assert plain[1] < 0.05, plain
    assert printed[0] == "sdh" and printed[1] > 0.8, printed
PY
