"""Pages are taken apart in other processes, in order; no page ends a read, and no process stays behind."""

from __future__ import annotations

import os
import sys

import pytest

from sada.indexes.crawls.page_workers import made_in_order
from sada.indexes.parsing.faults import Fault
from sada.indexes.reading.page_rows import html_page_row
from sada.indexes.threads import use_threads

MODULE = """
import os
def row(page):
    print("what a library prints is no row")
    if page == "die" and os.getpid() != {parent}:
        os._exit(3)
    if page == "fail":
        raise ValueError("no such page")
    return {{"text": page.upper(), "pid": os.getpid()}}
"""


@pytest.fixture
def page_row(tmp_path, monkeypatch):
    (tmp_path / "page_row_of_a_test.py").write_text(MODULE.format(parent=os.getpid()))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "page_row_of_a_test", raising=False)
    from page_row_of_a_test import row

    return row


def made(pages, page_row, threads=2):
    with use_threads(threads):
        return list(made_in_order(pages, lambda page: page or None, page_row))


def test_rows_come_in_the_order_of_their_items(page_row):
    pages = [("é" * 50_000 if number % 7 else "") + f"p{number}" for number in range(200)]
    pages[100] = ""
    found = made(pages, page_row)
    assert [item for item, _ in found] == pages
    assert [row.get("text", "") for _, row in found] == [page.upper() for page in pages]
    assert found[100] == ("", {})
    processes = [row.get("pid") for _, row in found]
    assert {*processes[:32]} == {os.getpid()}
    assert len({*processes[32:]} - {os.getpid(), None}) == 2
    assert [row for _, row in made(pages, page_row, threads=1)][:32] == [row for _, row in found[:32]]


def test_one_thread_and_a_function_without_a_name_start_nothing(page_row):
    pages = list(map(str, range(40)))
    assert {row["pid"] for _, row in made(pages, page_row, threads=1)} == {os.getpid()}
    assert {row["pid"] for _, row in made(pages, lambda page: page_row(page))} == {os.getpid()}


def test_a_page_that_fails_or_kills_its_process_costs_that_page_alone(page_row):
    pages = [f"p{number}" for number in range(40)] + ["die", "fail", "p42"] + [f"p{number}" for number in range(43, 60)]
    rows = [row for _, row in made(pages, page_row)]
    reason = "the page cannot be taken apart: "
    assert rows[40] == Fault("bad", reason + "the process that did it has ended")
    assert rows[41] == Fault("bad", reason + "ValueError: no such page")
    assert [row["text"] for row in rows[:40] + rows[42:]] == [page.upper() for page in pages[:40] + pages[42:]]


def test_a_caller_that_stops_leaves_no_process(page_row):
    with use_threads(2):
        rows = made_in_order(map(str, range(10**9)), str, page_row)
        processes = {next(rows)[1]["pid"] for _ in range(60)} - {os.getpid()}
        rows.close()
    assert processes
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_an_error_among_the_items_is_raised_after_nothing_is_left(page_row):
    def items():
        yield from map(str, range(50))
        raise KeyboardInterrupt

    processes = set()
    with use_threads(2), pytest.raises(KeyboardInterrupt):
        for _, row in made_in_order(items(), str, page_row):
            processes.add(row["pid"])
    for process in processes - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_where_no_process_can_be_started_the_pages_are_taken_apart_here(page_row, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    assert {row["pid"] for _, row in made(list(map(str, range(50))), page_row)} == {os.getpid()}
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert {row["pid"] for _, row in made(list(map(str, range(50))), page_row)} == {os.getpid()}


def test_the_rows_are_those_that_are_made_here():
    pages = [f"<title>t{number}</title><p>Text {number}.</p>" for number in range(50)]
    assert [row for _, row in made(pages, html_page_row)] == [html_page_row(page) for page in pages]
