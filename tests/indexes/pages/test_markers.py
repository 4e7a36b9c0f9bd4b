from __future__ import annotations

from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.markers import Mark, Markers


def test_a_marker_is_told_with_its_form_and_what_follows():
    find = load_markers().find
    assert find("Read also") == Mark("read_also", "alone")
    assert find("إقرأ أيضاً:") == Mark("read_also", "colon")
    assert find("● Read also 👇") == Mark("read_also", "alone")
    assert find("READ ALSO - Owl found") == Mark("read_also", "parted", "Owl found")
    assert find("Read also Owl found") == Mark("read_also", "bare", "Owl found")
    assert find("[Source: Coast Wire]") == Mark("source", "parted", "Coast Wire")
    assert find("Source-based reporting") is find("Sources say so") is find("“Source: internal”") is None
    assert find("Source?") is find("") is find("—") is None


def test_phrases_have_numbers_gaps_and_separators():
    markers = Markers({"en": {"other": ["# replies", "Join … today", "… our letter", "Psst …"], "keywords": ["On:"]}})
    noise = Mark("other", "alone")
    assert [markers.find(line) for line in ("12 replies", "1,204 replies", "Join us all today")] == [noise] * 3
    assert [markers.find(line) for line in ("Do get our letter", "Psst, over here. Come!")] == [noise] * 2
    assert markers.find("replies") is markers.find("Join us") is markers.find("In our letters") is None
    assert markers.find("He wrote it all down in our letter.") is None
    assert (markers.find("On: mice"), markers.find("On mice"), markers.find("On")) == (
        Mark("keywords", "parted", "mice"),
        None,
        None,
    )
