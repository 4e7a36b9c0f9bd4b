import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("griffe", reason="only `make docs` needs it")
SCRIPT = Path(__file__).parents[2] / "tools" / "docstring_roles.py"


@pytest.fixture(scope="module")
def roles():
    spec = importlib.util.spec_from_file_location("docstring_roles", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_roles_become_code(roles):
    assert roles.as_code("a :class:`~a.b.Article` of :mod:`a.b`") == "a `Article` of `a.b`"


def test_examples_become_blocks_of_code_up_to_the_blank_line(roles):
    text = "What it does.\n\n>>> [x][0]\n'1'\n>>> 2\n2\n\nArgs:\n    x: [1][0]."
    assert roles.fenced(text) == ("What it does.\n\n```pycon\n>>> [x][0]\n'1'\n>>> 2\n2\n```\n\nArgs:\n    x: [1][0].")
    assert roles.fenced(">>> 1") == "```pycon\n>>> 1\n```"
    assert roles.fenced(">>> with a:\n...     b\n1") == "```pycon\n>>> with a:\n...     b\n1\n```"
    assert roles.fenced("No example.") == "No example."
