import pytest

pytest.importorskip("griffe", reason="only `make docs` needs it")


@pytest.fixture(scope="module")
def roles(load_tool):
    return load_tool("docstring_roles")


def test_roles_become_code(roles):
    assert roles.as_code("a :class:`~a.b.Article` of :mod:`a.b`") == "a `Article` of `a.b`"


def test_examples_become_blocks_of_code_up_to_the_blank_line(roles):
    text = "What it does.\n\n>>> [x][0]\n'1'\n>>> 2\n2\n\nArgs:\n    x: [1][0]."
    assert roles.fenced(text) == ("What it does.\n\n```pycon\n>>> [x][0]\n'1'\n>>> 2\n2\n```\n\nArgs:\n    x: [1][0].")
    assert roles.fenced(">>> 1") == "```pycon\n>>> 1\n```"
    assert roles.fenced(">>> with a:\n...     b\n1") == "```pycon\n>>> with a:\n...     b\n1\n```"
    assert roles.fenced("No example.") == "No example."
