"""For the reference on the documentation site: roles of docstrings, as :class:`Article`, and examples become code.

mkdocstrings reads docstrings as Markdown, which knows no roles, and would take ``[...][0]`` in an example for a link.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^( *)>>> .*(?:\n\1\S.*)*", re.MULTILINE)
_ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|exc):`(~?)([\w.]+)`")


def as_code(text: str) -> str:
    """``text`` with every role replaced by its target as code; ``~`` leaves the last part of the name."""
    return _ROLE.sub(lambda role: f"`{role[2].rpartition('.')[2] if role[1] else role[2]}`", text)


def fenced(text: str) -> str:
    """``text`` with every example, from ``>>>`` to the next blank line, in a block of code."""
    return _EXAMPLE.sub(lambda example: f"{example[1]}```pycon\n{example[0]}\n{example[1]}```", text)


class Roles(griffe.Extension):
    """Rewrites the docstring of every object that griffe reads."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called once for each object."""
        if obj.docstring:
            obj.docstring.value = fenced(as_code(obj.docstring.value))
