"""The distribution that Sada is installed from: its name, its version, and how to install one of its extras."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sada.indexes.errors import MissingPackageError

NAME = "sada-news"


def version() -> str:
    """The installed version."""
    from importlib import metadata  # late: it costs the command more time than all else that this file needs

    return metadata.version(NAME)


def install_hint(extra: str) -> str:
    """The command that installs what an extra of the distribution needs, as error messages and notes give it."""
    return f'pip install "{NAME}[{extra}]"'


def require(module: str, extra: str, doing: str) -> Any:
    """A module of a package that an extra installs, for ``doing`` something.

    Raises:
        MissingPackageError: if it is not installed, with the command that installs it.
    """
    package = module.partition(".")[0]
    try:
        import_module(package)
        return import_module(module)
    except ImportError:
        raise MissingPackageError(f"{doing} needs {package}: {install_hint(extra)}") from None
