#!/usr/bin/env bash
# py3langid 0.4.0 tells the language of a text, with a probability.
# One would guess that for a text in a script of which it knows no language no
# probability is high, so that a threshold keeps it out. For N'Ko and Syriac that is
# so: the most likely of its 140 languages has a probability of 1 in 50.
# What happens: Inuktitut, Mongolian and Santali, each in its own script, are Amharic
# with .97 and more. It counts sequences of bytes. In UTF-8 the letters of these scripts
# begin with the byte E1, as those of Ethiopic do, and Amharic is the one language of
# the model that such bytes mostly stood for.
# It matters for archives of many languages: articles are filed under Amharic, and
# sent to whatever reads Amharic, with more certainty than most real ones have.
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
texts = {
    "Inuktitut": "ᓄᓇᕗᑦ ᒐᕙᒪᖓ ᓄᑖᒥᒃ ᐋᓐᓂᐊᕕᒻᒥᒃ ᒪᑐᐃᖅᓯᔪᑦ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠰᠢᠨᠡ ᠡᠮᠨᠡᠯᠭᠡ ᠨᠡᠭᠡᠭᠳᠡᠪᠡ",
    "Santali": "ᱥᱟᱱᱛᱟᱲᱤ ᱯᱟᱹᱨᱥᱤ ᱨᱮ ᱱᱟᱶᱟ ᱠᱷᱚᱵᱚᱨ",
    "N'Ko": "ߒߞߏ ߞߊ߲",
    "Syriac": "ܫܠܡܐ ܥܠܝܟܘܢ",
}
for script, text in texts.items():
    language, probability = identifier.classify(text)
    first = text.encode()[0]
    print(f"{script}: first byte {first:X}, {language} with {probability:.2f}")
    assert (language, probability > 0.97) == ("am", True) if first == 0xE1 else probability < 0.05
PY
