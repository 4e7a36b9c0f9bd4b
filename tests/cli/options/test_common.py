"""Options of nearly every command."""

from __future__ import annotations

from sada.cli.options.common import threads_option


def test_threads_are_none_or_more(call):
    assert call("--threads", "3", bundles=[threads_option]) == {"threads": 3}
    assert call("--threads", "-1", bundles=[threads_option])[0] == 2
