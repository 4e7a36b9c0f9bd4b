#!/usr/bin/env bash
# trafilatura 2.3.1 offers content_fingerprint, a Simhash of a text, and
# Simhash.similarity to compare two of them.
# One would guess that unrelated texts get unlike fingerprints in any language,
# as they do in English.
# What happens: a word is used only if all its characters are letters or digits
# by str.isalnum. Vowel signs are marks, not letters, so a Hindi word with a
# vowel sign is dropped with no warning. Of the two unrelated Hindi
# articles below, of about 28 words each, only the word for "and" is left, and
# both get the same fingerprint. Arabic with its short vowels written loses
# every word, and all such texts get the fingerprint of the empty text.
# It matters for dedup: these texts are copies of each other with similarity 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    trafilatura==2.3.1 lxml==6.1.3 lxml_html_clean==0.4.6
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from trafilatura.deduplication import Simhash, content_fingerprint

print("trafilatura", version("trafilatura"))

english = (
    "The flood broke the old bridge. Soldiers took people out by boat and handed "
    "out medicine. Schools in the district stay closed.",
    "Shares rose sharply. Investors put money into banks and drug makers. "
    "Analysts said lower interest rates would lift sales.",
)
hindi = (
    "बाढ़ से पुराना पुल टूटा। सेना ने लोगों को नावों से निकाला और दवाइयाँ बाँटीं। "
    "ज़िले में स्कूल बंद रहेंगे। मंत्री ने राहत शिविरों में भोजन भेजने की घोषणा की।",
    "शेयर बाज़ार में तेज़ी रही। निवेशकों ने बैंकों और दवा कंपनियों में पैसा लगाया। "
    "विशेषज्ञों ने कहा कि ब्याज दरें घटने से बिक्री बढ़ेगी और नौकरियाँ मिलेंगी।",
)
bare = ("افتتح الميناء", "سقط الجسر")
vowelled = ("اُفْتُتِحَ المِينَاءُ", "سَقَطَ الجِسْرُ")

prints = {}
likeness = {}
for name, (one, two) in {
    "English": english,
    "Hindi": hindi,
    "Arabic": bare,
    "Arabic with short vowels": vowelled,
}.items():
    prints[name] = content_fingerprint(one), content_fingerprint(two)
    alike = Simhash(one).similarity(Simhash(two))
    print(f"{name:25} {prints[name][0]:>16} {prints[name][1]:>16} similarity {alike}")
    likeness[name] = alike

assert list(likeness.values()) == [0.453125, 1.0, 0.609375, 1.0], likeness
assert prints["Hindi"] == (content_fingerprint("और"),) * 2, prints
assert prints["Arabic with short vowels"] == (content_fingerprint(""),) * 2, prints
print("the fingerprint of the Hindi word for 'and' alone:", content_fingerprint("और"))
PY
