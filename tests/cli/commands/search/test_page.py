from __future__ import annotations

import json

import pytest

from sada.indexes.index import NewsIndex

FLOOD = (
    "The harbour museum opened its doors again on Sunday, seven months after the flood that ruined its cellars.",
    "Visitors queued for two hours in the rain, and most of the ship models were saved by volunteers.",
)
ROWER = "A rower who lost his way in the fog was found on a sandbank, cold and in good spirits, by two fishermen."
LINES = (
    "Museum reopens", *FLOOD, "Read also: Fares to rise again", "The cellar stays closed, the director said.",
    "Source: Coast Wire", "Tags: flood, rain", "Read also:", "Rower found on a sandbank", ROWER, "Similar articles",
    "- Ferry strikes pier", "- Owl found in town hall", "© 2026 Coast Wire",
)  # fmt: skip
ARABIC = (
    "افتتح رئيس البلدية صباح الأربعاء سوق السمك الجديد الذي استغرق بناؤه ثلاثة أعوام كاملة.",
    "وقال إن السوق يضم ستين محلا وثلاجة مركزية ومطعما صغيرا يطل على المرفأ القديم.",
    "المصدر: وكالة المرفأ",
)


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text("\n\n".join(LINES), encoding="utf-8")
    (folder / "b.txt").write_text("\n\n".join(ARABIC), encoding="utf-8")
    return folder


def test_a_page_as_json_lines(sada, pages):
    (row,) = sada("page", pages / "a.txt").rows
    assert row == {
        "page": str(pages / "a.txt"),
        "title": "Museum reopens",
        "title_derived": False,
        "text": "\n\n".join([*FLOOD, "The cellar stays closed, the director said."]),
        "published": "",
        "url": "",
        "language": "",
        "source": "Coast Wire",
        "keywords": ["flood", "rain"],
        "read_also": [{"title": "Rower found on a sandbank", "text": ROWER, "source": "", "dateline": ""}],
        "inline": ["Fares to rise again"],
        "similar": ["Ferry strikes pier", "Owl found in town hall"],
        "other": ["© 2026 Coast Wire"],
    }
    assert [row["page"] for row in sada("page", pages, "--format", "jsonl").rows] == [
        str(pages / "a.txt"),
        str(pages / "b.txt"),
    ]


def test_a_page_block_by_block_with_the_ids_of_an_index(sada, pages, index, tmp_path):
    out = sada("page", pages / "a.txt", "--format", "table", "--index", index).out
    assert (
        out
        == f"""{pages / "a.txt"}

Title
  Museum reopens

Text
  {FLOOD[0]}
  {FLOOD[1]}
  The cellar stays closed, the director said.

Source
  Coast Wire

Keywords
  - flood
  - rain

Read also
  - Rower found on a sandbank
  {ROWER}

Headlines in the texts
  - Fares to rise again

Similar articles
  - Ferry strikes pier  (a1)
  - Owl found in town hall

Other
  - © 2026 Coast Wire

"""
    )
    sada("page", pages / "a.txt", "--format", "table", "--index", index, "-o", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == out
    assert sada("page", pages / "a.txt", "--index", index).rows[0]["ids"] == {"Ferry strikes pier": "a1"}


def test_a_page_of_html_has_the_date_that_build_knows(sada, tmp_path):
    path = tmp_path / "a.html"
    head = """<html lang="en-GB"><title>Museum reopens | Coast Wire</title><meta property="og:site_name"
        content="Coast Wire"><meta name="dc.date" content="2024-07-31T14:05:00+03:00"><link rel="canonical"
        href="http://coast.example/1">"""
    path.write_text(f"{head}<article>{''.join(f'<p>{one}</p>' for one in FLOOD)}</article>", encoding="utf-8")
    (row,) = sada("page", path).rows
    assert (row["title"], row["published"], row["source"]) == ("Museum reopens", "2024-07-31T11:05:00Z", "Coast Wire")
    assert (row["language"], row["url"]) == ("en", "http://coast.example/1")
    out = sada("page", path, "--format", "table").out
    shown = {"Published": row["published"], "Language": "en", "URL": row["url"], "Source": "Coast Wire"}
    assert "".join(f"\n{name}\n  {value}\n" for name, value in shown.items()) in out


def test_right_to_left_lines_are_isolated_and_nothing_steers_the_terminal(sada, tmp_path):
    path = tmp_path / "b.txt"
    path.write_text(
        "\n\n".join([*ARABIC, "مقالات مشابهة", "- أسعار \x1b[31mالسمك ترتفع", "- عودة السلاحف"]), encoding="utf-8"
    )
    out = sada("page", path, "--format", "table").out
    assert "\n\nTitle (the first sentence)\n  \u2068" in out
    assert f"\n  \u2068{ARABIC[1]}\u2069\n" in out and "\nSource\n  \u2068وكالة المرفأ\u2069\n" in out
    assert "  - \u2068أسعار ␛[31mالسمك ترتفع\u2069\n" in out and "\x1b" not in out


def test_standard_input_limit_and_own_markers(sada, pages, tmp_path):
    own = tmp_path / "markers.json"
    own.write_text(json.dumps({"nl": {"source": ["Bron"]}}), encoding="utf-8")
    text = f"{FLOOD[0]}\n\n{FLOOD[1]}\n\nBron: De Golf"
    assert sada("page", "-", stdin=text).rows[0]["source"] == ""
    assert sada("page", "-", "--markers", own, stdin=text).rows[0]["source"] == "De Golf"
    assert sada("page", pages, "--limit", "1").rows[0]["title"] == "Museum reopens"
    assert sada("page", pages, "--limit", "1", "--format", "table").out.count("\nText\n") == 1


def test_errors_are_one_line(sada, pages, tmp_path):
    bad = tmp_path / "markers.json"
    bad.write_text('{"en": {"sauce": []}}', encoding="utf-8")
    for arguments in (
        ("page", pages / "absent.txt"),
        ("page", pages / "a.txt", "--markers", bad),
        ("page", pages / "a.txt", "--index", pages),
        ("build", pages, "-i", tmp_path / "i.sada", "--markers", bad),
    ):
        assert sada(*arguments, code=2).err.count("\n") == 1
    assert not (tmp_path / "i.sada").exists()


# building an index of pages


def test_a_folder_of_pages_is_taken_apart_and_the_sum_says_so(sada, pages, tmp_path, monkeypatch):
    path = tmp_path / "i.sada"
    (row,) = sada("build", pages, "-i", path, "--encoder", "none").rows
    assert [row[key] for key in ("read", "added", "skipped", "bad", "read_also")] == [3, 3, 0, 0, 1]
    with NewsIndex.open(path) as index:
        assert sorted(index.snapshot.columns.ids) == ["a.txt", "a.txt#read-also-1", "b.txt"]
        main, other = index.get("a.txt"), index.get("a.txt#read-also-1")
    assert (main.source, main.keywords) == ("Coast Wire", ("flood", "rain"))
    assert main.extra["page"]["similar"] == ["Ferry strikes pier", "Owl found in town hall"]
    assert (other.text, other.extra) == (ROWER, {"page": {"of": "a.txt"}})
    (again,) = sada("add", path, pages).rows
    assert [again[key] for key in ("read", "unchanged", "read_also")] == [3, 3, 1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert ": 3 read (1 of them on pages of others) = 0 added + 0 updated + 3 unchanged" in sada("add", path, pages).out


def test_folders_are_left_whole_and_rows_taken_apart_if_that_is_asked_for(sada, pages, tmp_path, write):
    whole = tmp_path / "whole.sada"
    (row,) = sada("build", pages, "-i", whole, "--encoder", "none", "--no-pages").rows
    assert (row["read"], row["read_also"]) == (2, 0)
    rows = write([{"id": "a", "text": "\n\n".join(LINES)}])
    assert sada("add", whole, rows).rows[0]["read"] == 1
    (row,) = sada("add", whole, rows, "--pages").rows
    assert [row[key] for key in ("read", "added", "updated", "read_also")] == [2, 1, 1, 1]
    with NewsIndex.open(whole) as index:
        assert index.get("a.txt").text.endswith("© 2026 Coast Wire")
        assert index.get("a").title == "Museum reopens" and index.get("a#read-also-1").text == ROWER


def test_pages_can_be_followed(sada, own_index):
    row = json.dumps({"id": "p", "text": "\n\n".join(LINES)})
    ran = sada("add", own_index, "-", "--follow", "--pages", stdin=row + "\n")
    assert [row["id"] for row in ran.rows] == ["p", "p#read-also-1"]
    assert ": 2 read = 2 added" in ran.err


def test_a_filter_of_articles_leaves_pages_whole(sada, pages):
    kept = {row["id"]: row["text"] for row in sada("dedup", pages).rows}
    assert kept.keys() == {"a.txt", "b.txt"} and kept["a.txt"].endswith("© 2026 Coast Wire")
