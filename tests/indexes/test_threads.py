"""The number of threads travels beside the calls, and a worker starts no more."""

import os
from types import SimpleNamespace

from sada.indexes.threads import asked_threads, carries_threads, thread_count, use_threads, worker_pool


@carries_threads
def seen(source=None, *, threads=0):
    return asked_threads()


def test_one_a_core_where_nothing_was_asked_for():
    assert asked_threads() == 0
    assert thread_count() == os.cpu_count()


def test_what_was_asked_for_holds_inside_and_0_leaves_it():
    with use_threads(3):
        assert (asked_threads(), thread_count()) == (3, 3)
        with use_threads(0):
            assert thread_count() == 3
        with use_threads(5):
            assert thread_count() == 5
        assert thread_count() == 3
    assert asked_threads() == 0


def test_an_argument_stands_above_the_index_and_the_index_above_what_is_around():
    index = SimpleNamespace(threads=4)
    assert [seen(), seen(index), seen(index, threads=2), seen([], threads=2)] == [0, 4, 2, 2]
    with use_threads(3):
        assert [seen(), seen(index), seen(SimpleNamespace(threads=0)), seen(threads=7)] == [3, 4, 3, 7]
    assert asked_threads() == 0


def test_workers_are_one_thread_each():
    with use_threads(3), worker_pool() as pool:
        assert pool._max_workers == 3
        assert set(pool.map(lambda _: thread_count(), range(20))) == {1}
        assert thread_count() == 3
