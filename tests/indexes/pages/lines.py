"""Lines of a made-up article, and the page they stand on."""

from __future__ import annotations

FIRST = "The harbour museum opened its doors again on Sunday, seven months after the flood that ruined its cellars."
SECOND = "Visitors queued for two hours in the rain, and most of the ship models were saved by volunteers."
THIRD = "The cellar will stay closed until the council has paid for a second pump, the director said."


def page_of(*lines: str) -> str:
    """The lines, each a paragraph of its own."""
    return "\n\n".join(lines)
