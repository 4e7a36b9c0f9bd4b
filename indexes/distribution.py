"""The distribution that Sada is installed from: its name, its version, and how to install one of its extras."""

from __future__ import annotations

NAME = "sada-news"


def version() -> str:
    """The installed version."""
    from importlib import metadata  # late: it costs the command more time than all else that this file needs

    return metadata.version(NAME)


def install_hint(extra: str) -> str:
    """The command that installs what an extra of the distribution needs, as error messages and notes give it."""
    return f'pip install "{NAME}[{extra}]"'
