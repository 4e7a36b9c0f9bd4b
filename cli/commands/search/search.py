"""``sada search``: the command ``neighbours`` under a name that reads better with ``--text``."""

from __future__ import annotations

from copy import copy

from sada.cli.commands.search import neighbours
from sada.cli.options.common import examples

command = copy(neighbours.command)
command.name = "search"
command.short_help = "The same as neighbours; reads better with --text"
command.epilog = examples(
    'sada search news.sada --text "earthquake in the mountains" -k 5',
    'sada search news.sada --text "budget vote" --by all --explain --language ar',
)
