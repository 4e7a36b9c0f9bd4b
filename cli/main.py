"""The ``sada`` command: finds its verbs, and turns errors into one line and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module, metadata
from typing import Any

import click

from sada.cli.progress import note

_VERBS = {
    "demo": "demo",
    "build": "build",
    "add": "add",
    "remove": "remove",
    "neighbours": "neighbours",
    "neighbors": "neighbours",
    "duplicates": "duplicates",
    "dedup": "dedup",
    "stories": "stories",
    "related": "related",
    "explain": "explain",
    "evaluate": "evaluate",
    "info": "info",
    "verify": "verify",
}
_ALIASES = {"neighbors"}


class Verbs(click.Group):
    """Imports a verb's file only when that verb is asked for, or its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of a first day with the command."""
        return [name for name in _VERBS if name not in _ALIASES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name."""
        if cmd_name not in _VERBS:
            return None
        command = import_module(f"sada.cli.{_VERBS[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("sada"), prog_name="sada")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Find the echoes of a news article: its copies, the other reports of its story, and what to read next.

    \b
    Start here:
      sada demo
      sada build articles.jsonl -i news.sada
      sada stories news.sada
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 done, 1 a check failed, 2 an error, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    from sada.indexes.errors import SadaError

    try:
        result: Any = cli.main(arguments, prog_name="sada", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        note("sada: interrupted; what was committed before stays")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (SadaError, OSError, ValueError, MemoryError) as error:
        if debug:
            raise
        note(f"sada: {_one_line(error)}")
        return 2


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
