"""What reads an index in several steps, while another process changes it in between."""

from __future__ import annotations

import pytest

from sada.cluster import explain, report_data, source_echoes
from sada.cluster.stories import stories as story_module
from sada.indexes import NewsIndex, sample_articles


@pytest.mark.parametrize("ask", [report_data, source_echoes, lambda index: explain(index, "en-001", "fr-061")])
def test_the_answer_is_of_one_commit_though_finding_stories_moves_the_index(tmp_path, monkeypatch, ask):
    work = story_module._regrouped

    def overtaken(index, update):
        found = work(index, update)
        monkeypatch.setattr(story_module, "_regrouped", work)
        with NewsIndex.open(index.path) as other:
            other.remove(["ar-091", "en-121", "fr-001"])
        return found

    with NewsIndex.create(tmp_path / "i.sada", encoder=None) as index:
        index.add(sample_articles())
        monkeypatch.setattr(story_module, "_regrouped", overtaken)
        answer = ask(index)
        assert len(index) == 122 and answer == ask(index)
