"""What the packages export: every name is there, is listed, and is never hidden by a room of the same name."""

import pkgutil

import pytest

import sada.cluster
import sada.indexes
from sada.indexes.names import renamed_keyword

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
