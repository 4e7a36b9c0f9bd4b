"""Articles that are added in batches and placed: when a batch is committed, other processes, and known answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sada.cluster import Intake, Placement, find_stories, follow
from sada.cluster.stories import intake as module
from sada.cluster.stories.intake import LONGEST_WAIT, REPAIR_EVERY
from sada.cluster.stories.stories import METHOD
from sada.indexes import Article, NewsIndex
from sada.indexes.errors import IndexBusyError
from sada.indexes.storage.locks import writer_lock

LAST = 25


def article(number):
    return Article(f"n{number}", title=f"Title {number} of {number * 7} and {number * 13}")


def ids(placements):
    return [placed.id for placed in placements]


def interrupt():
    raise KeyboardInterrupt


def after(work, more):
    def both(*arguments):
        found = work(*arguments)
        more()
        return found

    return both


@pytest.fixture
def early_index(tmp_path, articles):
    """An index of the sample, but for the last articles, with its stories."""
    with NewsIndex.create(tmp_path / "early.sada", encoder=None) as index:
        index.add(articles[:-LAST])
        find_stories(index)
        yield index


def test_the_last_of_the_sample_are_placed_as_ever(early_index, articles):
    answers = list(follow(early_index, articles[-LAST:]))
    assert ids(answers) == ids(articles[-LAST:])
    assert answers[:5] == [
        Placement("fr-004", "sea5af96601", False, None),
        Placement("tr-062", "s901fcd0cc1", True, None),
        Placement("ru-002", "sbc2acad44d", True, None),
        Placement("tr-121", "s901fcd0cc1", False, "tr-062"),
        Placement("fr-121", "sea5af96601", False, "fr-004"),
    ]
    assert [(placed.id, placed.story) for placed in answers[5:] if not placed.new] == [
        ("ar-123", "s0d36dec2b7"),
        ("ar-064", "s01c3b839ab"),
        ("es-032", "sa1bfa387f1"),
        ("es-033", "s4641b14d39"),
        ("en-066", "s31e9a0a067"),
        ("en-036", "s4641b14d39"),
        ("de-063", "s31e9a0a067"),
        ("tr-064", "s31e9a0a067"),
    ]
    assert {placed.id: placed.copy_of for placed in answers[5:] if placed.copy_of} == {"ar-123": "ar-035"}


def test_answers_come_as_soon_as_a_batch_is_committed(early_index, articles):
    taken = []
    arriving = (taken.append(one.id) or one for one in articles[-5:])
    answers = follow(early_index, arriving, commit_every=2)
    seen = [(placed.id, len(taken)) for placed in answers]
    assert seen == list(zip(ids(articles[-5:]), [2, 2, 4, 4, 5], strict=True))


def test_stories_are_found_first_where_there_are_none(tmp_path, articles):
    with NewsIndex.create(tmp_path / "new.sada", encoder=None) as index:
        index.add(articles[:10])
        answers = list(follow(index, articles[8:12]))
        assert [(placed.id, placed.new) for placed in answers[:2]] == [("en-121", False), ("tr-092", False)]
        assert answers[0].copy_of == "en-001"


def test_a_batch_has_at_least_one_article(sample_index):
    with pytest.raises(ValueError, match="commit_every=0: choose at least 1"):
        list(follow(sample_index, [], commit_every=0))


def test_few_wait_and_not_for_long(sample_index):
    seconds = 0.0
    intake = Intake(sample_index, commit_every=3, clock=lambda: seconds)
    assert [ids(intake.take(article(number))) for number in range(4)] == [[], [], ["n0", "n1", "n2"], []]
    assert "n3" not in sample_index
    seconds = LONGEST_WAIT - 1
    assert intake.take(article(4)) == []
    seconds = LONGEST_WAIT
    assert ids(intake.take(article(5))) == ["n3", "n4", "n5"]
    assert intake.commit() == [] and intake.counts["added"] == 6


def test_stories_are_brought_up_to_date_once_an_hour(sample_index):
    seconds, answers, hour = 0.0, [], REPAIR_EVERY
    intake = Intake(sample_index, clock=lambda: seconds)
    for number, then in enumerate([1.0, hour - 1, hour, hour + 1, 2 * hour - 1, 2 * hour + 1]):
        seconds = then
        answers += [*intake.take(article(number)), *intake.commit()]
        intake.repair_if_due()
        assert sample_index.stories.are_current(METHOD) == (number in (2, 5))
    assert ids(answers) == [f"n{number}" for number in range(6)]


def test_following_brings_stories_up_to_date_too(sample_index):
    answers = follow(sample_index, map(article, range(2)), commit_every=1, repair_every=0.0)
    assert next(answers).id == "n0" and not sample_index.stories.are_current(METHOD)
    assert next(answers).id == "n1" and next(answers, None) is None
    assert sample_index.stories.are_current(METHOD)


def test_it_waits_until_another_process_is_done_writing(sample_index):
    other = writer_lock(sample_index.path)
    waited, busy = [], []

    def sleep(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            other.__exit__(None, None, None)

    intake = Intake(sample_index, on_busy=busy.append, sleep=sleep)
    intake.take(article(1))
    other.__enter__()
    assert ids(intake.commit()) == ["n1"]
    assert len(waited) == 3 and len(busy) == 1


def test_busy_while_placing_is_tried_again(sample_index, monkeypatch):
    place_new, tries = module.place_new, iter([True])

    def busy(*arguments, **named):
        if next(tries, False):
            raise IndexBusyError("another process is writing")
        return place_new(*arguments, **named)

    monkeypatch.setattr(module, "place_new", busy)
    intake = Intake(sample_index, sleep=lambda seconds: None)
    intake.take(article(1))
    assert ids(intake.commit()) == ["n1"] and "n1" in sample_index


def test_busy_while_repairing_is_tried_again(sample_index, monkeypatch):
    find, tries = module.find_stories, iter([True])

    def busy(*arguments, **named):
        return replace(find(*arguments, **named), stored=not next(tries, False))

    monkeypatch.setattr(module, "find_stories", busy)
    waited = []
    Intake(sample_index, repair_every=0.0, sleep=waited.append).repair_if_due()
    assert len(waited) == 1


def test_what_was_broken_off_is_made_up_for(sample_index, monkeypatch):
    intake = Intake(sample_index)
    intake.take(article(1))
    with monkeypatch.context() as patch:
        patch.setattr(module, "place_new", lambda *_, **__: interrupt())
        with pytest.raises(KeyboardInterrupt):
            intake.commit()
    intake.take(article(2))
    assert ids(intake.commit()) == ["n1", "n2"] and intake.counts["added"] == 2


def test_what_another_process_removed_meanwhile_is_not_answered(sample_index, monkeypatch):
    intake = Intake(sample_index)
    intake.take(article(1))
    intake.take(article(2))

    def removed():
        with NewsIndex.open(sample_index.path) as other:
            other.remove(["n1"])

    monkeypatch.setattr(sample_index, "add", after(sample_index.add, removed))
    assert ids(intake.commit()) == ["n2"]


def test_of_an_id_that_comes_twice_in_a_batch_one_is_new(sample_index):
    reports = []
    intake = Intake(sample_index, on_added=reports.append)
    intake.take(article(1))
    intake.take(replace(article(1), title="quite another title of it"))
    assert [(placed.id, placed.new) for placed in intake.commit()] == [("n1", True), ("n1", False)]
    assert [report.repeated for report in reports] == [("n1",)]
    assert sample_index.get("n1").title == "quite another title of it"
