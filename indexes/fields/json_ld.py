"""The articles in a graph of JSON-LD, which describes a site, its outlet and other things beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sada.indexes.webpages.json_ld import is_article

GRAPH = "@graph"


def graph_rows(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The articles in the graph that ``value`` holds; what they refer to by ``@id`` stands in them. Empty without any.

    >>> graph_rows({"@graph": [{"@type": "Article", "publisher": {"@id": "#us"}}, {"@id": "#us", "name": "Wire"}]})
    [{'@type': 'Article', 'publisher': {'@id': '#us', 'name': 'Wire'}}]
    """
    graph = value.get(GRAPH)
    nodes = [node for node in graph if type(node) is dict] if isinstance(graph, list) else []
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    return [{name: _meant(one, by_id) for name, one in node.items()} for node in nodes if is_article(node)]


def _meant(value: Any, by_id: Mapping[str, Any]) -> Any:
    """The node that a value refers to, if it is no more than a reference."""
    is_reference = type(value) is dict and len(value) == 1 and isinstance(value.get("@id"), str)
    return by_id.get(value["@id"], value) if is_reference else value
