"""What the packages export: every name is there, is listed, and is never hidden by a room of the same name."""

import ast
import pkgutil
import textwrap
from importlib import metadata
from pathlib import Path

import pytest

import sada.cluster
import sada.indexes
from sada.cluster import find_stories, place_new, related, related_many
from sada.indexes import Filter, linked_titles, sketch
from sada.indexes.names import renamed_keyword
from sada.indexes.sample import SAMPLE

ROOT = Path(__file__).parents[1]
PACKAGES = [sada.indexes, sada.cluster]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_is_there_and_listed(package):
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        found = getattr(package, name)
        assert getattr(found, "__name__", name).rpartition(".")[2] in (name, "Encoder"), name


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_no_room_hides_a_public_name(package):
    rooms = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert rooms & set(package.__all__) <= {"errors"}


def test_the_version_is_that_of_the_distribution():
    assert sada.indexes.__version__ == metadata.version("sada-news")
    assert "__version__" in dir(sada.indexes)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_a_name_that_never_was_is_an_error(package):
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'neighbors'"):
        package.neighbors  # noqa: B018


def test_an_earlier_name_answers_and_says_so():
    with pytest.warns(DeprecationWarning, match=r"^sada\.cluster\.Wishes is now Preferences$"):
        assert sada.cluster.Wishes is sada.cluster.Preferences
    assert "Wishes" not in dir(sada.cluster)


def test_an_earlier_keyword_answers_and_says_so():
    @renamed_keyword("wishes", "preferences")
    def listed(read, *, preferences=1):
        return read, preferences

    assert listed("a") == ("a", 1) and listed("a", preferences=2) == ("a", 2)
    with pytest.warns(DeprecationWarning, match="^wishes= of listed is now preferences=$"):
        assert listed("a", wishes=3) == ("a", 3)
    with pytest.raises(TypeError, match="got wishes= and preferences=, which are one argument"):
        listed("a", wishes=3, preferences=2)
    with pytest.warns(DeprecationWarning, match="^sources= of read_articles is now inputs=$"):
        assert len(list(sada.indexes.read_articles(sources=SAMPLE))) == 125


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_completion_lists_no_helper_of_the_package_itself(package):
    listed = {name for name in dir(package) if not name.startswith("__")}
    rooms = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert set(package.__all__) <= listed <= set(package.__all__) | rooms


def test_a_type_checker_is_told_of_no_name_that_is_not_there():
    """A module's ``__getattr__`` lets mypy take any name for one of the module, so mypy must not see it."""
    for path in (path for room in ("indexes", "cluster", "cli") for path in (ROOT / room).rglob("*.py")):
        for statement in ast.parse(path.read_text("utf-8")).body:
            names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            is_function = isinstance(statement, ast.FunctionDef) and statement.name == "__getattr__"
            assert not is_function and not (isinstance(statement, ast.Assign) and "__getattr__" in names), path


def test_the_index_of_the_examples_can_be_made_as_the_docstring_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = textwrap.dedent(sada.indexes.__doc__.partition(":\n\n")[2])
    made = {**{name: getattr(sada.indexes, name) for name in sada.indexes.__all__}, "sada": sada}
    exec(code, made)
    with made["index"] as index:
        assert len(index) == 125 and index.stories.exist()


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("exclude", lambda index: related(index, "ar-063", exclude="ar-064")),
        ("exclude", lambda index: Filter(exclude="ar-064")),
        ("reads", lambda index: related_many(index, "ar-064")),
        ("also", lambda index: place_new(index, also="ar-064")),
        ("titles", lambda index: linked_titles(index, "ar-064")),
        ("queries", lambda index: index.languages_of("ar-064")),
        ("languages", lambda index: find_stories(index).stories[0].headline_in("ar-064")),
        ("lines", lambda index: index.boilerplate.keep("ar-064")),
        ("keep", lambda index: index.boilerplate.learn(keep="ar-064")),
        ("keep", lambda index: index.boilerplate.find(keep="ar-064")),
        ("texts", lambda index: sketch("ar-064")),
    ],
)
def test_one_text_where_several_are_expected_is_refused_and_not_read_letter_by_letter(sample_index, name, ask):
    with pytest.raises(ValueError, match=f"^{name}='ar-064' is one text: put it in a list$"):
        ask(sample_index)
    assert sample_index.snapshot.boilerplate.kept == ()
