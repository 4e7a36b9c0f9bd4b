"""A private folder is one that nobody but this user can use or replace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from numba.core import config

from sada.indexes.compilation.folders import Folder, folders, is_private

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    tmp_path.chmod(0o1777)
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    return folder


def test_it_is_one_s_own_and_the_folder_above_lets_nobody_rename_it(private: Path) -> None:
    assert is_private(private)
    private.parent.chmod(0o777)
    assert not is_private(private)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o770, 0o777])
def test_rights_of_others_are_refused(private: Path, mode: int) -> None:
    private.chmod(mode)
    assert not is_private(private)


def test_a_link_a_file_and_nothing_are_refused(private: Path) -> None:
    link, file = private / "link", private / "file"
    link.symlink_to(private)
    file.write_text("")
    file.chmod(0o700)
    assert not any(map(is_private, [link, file, private / "absent"]))


def test_a_folder_of_another_user_is_refused(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: private.stat().st_uid + 1)
    assert not is_private(private)
    with pytest.raises(PermissionError, match="belongs to others"):
        Folder(private / "some", private).make()
    assert not (private / "some").exists()


def test_no_folder_is_made_in_the_working_folder_where_there_is_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as it does for a user without an entry
    found = list(folders(Path("/opt/sada/kernels.py")))
    assert [folder.path for folder in found if not folder.path.is_absolute()] == []
    assert [folder.private is None for folder in found] == [True, False]
