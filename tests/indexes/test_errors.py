from __future__ import annotations

import inspect
import warnings

import pytest

from sada.indexes import errors
from sada.indexes.errors import CallerError, SadaError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SadaError)]
OF_THE_CALLER = {
    "ArticleError",
    "EncoderError",
    "IndexExistsError",
    "IndexMismatchError",
    "InputError",
    "MissingPackageError",
    "NotAnIndexError",
    "UnknownArticleError",
    "UnknownStoryError",
    "UntrustedIndexError",
}


def test_the_callers_errors_have_one_base():
    found = {kind.__name__ for kind in ALL if issubclass(kind, CallerError)}
    assert found == OF_THE_CALLER | {"CallerError"}
    others = {kind.__name__ for kind in ALL} - found
    assert others == {"SadaError", "IndexBusyError", "IndexReadOnlyError", "NoRoomError", "IndexDamagedError"}


def test_the_table_names_every_error():
    named = {line.split("``")[1] for line in errors.__doc__.splitlines() if line.startswith("``")}
    assert named == {kind.__name__ for kind in ALL}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("IndexBusy", errors.IndexBusyError),
        ("IndexDamaged", errors.IndexDamagedError),
        ("IndexExists", errors.IndexExistsError),
        ("IndexMismatch", errors.IndexMismatchError),
        ("IndexReadOnly", errors.IndexReadOnlyError),
        ("MissingPackage", errors.MissingPackageError),
        ("NotAnIndex", errors.NotAnIndexError),
        ("UnknownArticle", errors.UnknownArticleError),
        ("UnknownStory", errors.UnknownStoryError),
    ],
)
def test_a_name_from_before_1_0_still_serves_and_says_what_it_is_called_now(old, new):
    with pytest.warns(DeprecationWarning, match=f"{old} is now {new.__name__}") as caught:
        namespace: dict[str, object] = {}
        exec(f"from sada.indexes.errors import {old}", namespace)
    assert namespace[old] is new
    assert [one.filename for one in caught] == ["<string>"]


def test_other_names_are_unknown_and_new_ones_do_not_warn():
    with pytest.raises(AttributeError, match="no attribute 'IndexLost'"):
        errors.IndexLost  # noqa: B018
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ALL:
            assert getattr(errors, kind.__name__) is kind


@pytest.mark.parametrize("kind", [errors.UnknownArticleError, errors.UnknownStoryError])
def test_messages_are_not_quoted(kind):
    assert str(kind("no article 'x' in the index")) == "no article 'x' in the index"
    assert issubclass(kind, KeyError)
