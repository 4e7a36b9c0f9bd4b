"""What nearly every command shares: the examples below its help, and ``--threads``."""

from __future__ import annotations

import click

from sada.cli.options.bundle import Command


def examples(*commands: str) -> str:
    """The end of a command's help: examples that work, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def threads_option(command: Command) -> Command:
    """Add ``--threads``; the command gets ``threads``, 0 for one a core."""
    option = click.option(
        "--threads",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Threads to use; results are the same for any number.  [default: all cores]",
    )
    return option(command)
