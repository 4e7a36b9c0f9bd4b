"""For the reference on the documentation site: the roles of docstrings, as :class:`Article`, shown as plain code.

mkdocstrings reads docstrings as Markdown, which knows no roles.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|exc):`(~?)([\w.]+)`")


def as_code(text: str) -> str:
    """``text`` with every role replaced by its target as code; ``~`` leaves the last part of the name."""
    return _ROLE.sub(lambda role: f"`{role[2].rpartition('.')[2] if role[1] else role[2]}`", text)


class Roles(griffe.Extension):
    """Rewrites the docstring of every object that griffe reads."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called once for each object."""
        if obj.docstring:
            obj.docstring.value = as_code(obj.docstring.value)
