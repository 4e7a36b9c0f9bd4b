"""The ``sada`` command: import the verb that is called, and turn errors into one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from sada.cli.output.process import as_program, exit_code
from sada.cli.output.progress import note
from sada.indexes import distribution
from sada.indexes.errors import CacheWarning, IndexWarning, SadaError

_VERBS = {
    "demo": "demo",
    "build": "indexing.build",
    "add": "indexing.add",
    "remove": "indexing.remove",
    "neighbours": "search.neighbours",
    "search": "search.search",
    "duplicates": "groups.duplicates",
    "dedup": "groups.dedup",
    "stories": "groups.stories",
    "related": "search.related",
    "explain": "search.explain",
    "report": "groups.report",
    "sources": "groups.sources",
    "page": "search.page",
    "evaluate": "groups.evaluate",
    "info": "indexing.info",
    "verify": "indexing.verify",
    "reencode": "indexing.reencode",
    "boilerplate": "indexing.boilerplate",
    "compact": "indexing.compact",
    "backup": "indexing.backup",
    "compile": "indexing.compile",
}
_HIDDEN = {"neighbors": "neighbours", "furniture": "boilerplate"}  # other words that answer, in no help
_KEPT = {
    "build": "; what was committed before stays",
    "add": "; what was committed before stays",
    "reencode": "; what was encoded is kept: run it again to go on",
}


_UNMAPPED = "failed to map segment from shared object"  # the words of the system's loader, which gives no code


class Verbs(click.Group):
    """Import a verb's file only when that verb is called, or its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order in which a new user meets them."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, or of another spelling of it."""
        name = _HIDDEN.get(cmd_name, cmd_name)
        if name not in _VERBS:
            return None
        command = import_module(f"sada.cli.commands.{_VERBS[name]}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is called; the error about another word names the verb that looks like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            for near in get_close_matches(args[0], [*_VERBS, *_HIDDEN], n=1):
                raise click.UsageError(f"{error.message} Did you mean {near}?", error.ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; end quietly when nobody reads its output any more, as with ``| head``."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())  # buffered output must not fail again at exit
            return 0


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nStart here:\n  sada demo\n  sada build articles.jsonl -i news.sada\n  sada stories news.sada",
)
@click.version_option(distribution.version(), prog_name="sada")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:  # main removes --debug before click sees it; it stands here for the help
    """Find the echoes of a news article: its copies, the other reports of its story, and what to read next."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 done, 1 a check failed, 2 an error, 130 interrupted.

    Without ``arguments`` it runs as the program itself, and 129 and 143 mean SIGHUP and SIGTERM.
    """
    with as_program() if arguments is None else nullcontext(), warnings.catch_warnings():
        warnings.showwarning = _notes()
        return _run(*_without_debug(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str], debug: bool) -> int:
    try:
        result: Any = cli.main(arguments, prog_name="sada", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort) as error:
        return _interrupted(arguments, error)
    except Exception as error:
        if interruption := within_a_kernel(error):
            return _interrupted(arguments, interruption)
        if debug:
            traceback.print_exc()
        note(f"sada: {_one_line(error)}")
        return 2


def within_a_kernel(error: BaseException | None) -> KeyboardInterrupt | None:
    """The interruption behind the SystemErrors that numba makes of one that comes while a kernel runs; None without."""
    while isinstance(error, SystemError):
        error = error.__cause__
    return error if isinstance(error, KeyboardInterrupt) else None


def _interrupted(arguments: list[str], cause: KeyboardInterrupt | click.Abort) -> int:
    note("sada: interrupted" + _KEPT.get("".join(arguments[:1]), ""))
    return exit_code(cause)


def _notes() -> Callable[..., None]:
    """What prints a warning of Sada once, as a note of one line; those of libraries are for their authors: dropped."""
    told: set[str] = set()

    def tell(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, (IndexWarning, CacheWarning)) and str(message) not in told:
            told.add(str(message))
            note(f"note: {message}")

    return tell


def _without_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """Remove ``--debug``, which may stand before or after the verb; also returns whether it was there."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != "--debug"]
    return options + arguments[end:], len(options) < end


def _used_up(error: OSError | MemoryError) -> str | None:
    """What is used up, and how to mend it; None if the error of the system says something else."""
    from sada.indexes.disk.faults import fault, is_full  # imports sqlite3

    name = getattr(error, "filename", None)
    path = Path(os.fsdecode(name)) if isinstance(name, (str, bytes, os.PathLike)) else None
    return str(fault(path, error)) if is_full(error) else None


def _is_unmapped(error: BaseException | None) -> bool:
    """Whether the system had no memory for a library that is loaded when it is first used, as numba's."""
    seen: set[int] = set()  # an error that is raised again from a later one makes its chain a circle
    while error is not None and id(error) not in seen:
        if isinstance(error, (OSError, ImportError)) and _UNMAPPED in str(error):
            return _memory_is_limited()
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _memory_is_limited() -> bool:
    """Whether a limit is set; without one, a library that cannot be mapped is on a disk from which nothing may run."""
    try:
        import resource
    except ImportError:  # no such limit on this system
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _one_line(error: Exception) -> str:
    if _is_unmapped(error):
        error = MemoryError()
    if isinstance(error, OSError) and error.errno == errno.EBADF and not error.filename:
        return "the standard input or output is closed (Bad file descriptor); redirect it to a file or /dev/null"
    if isinstance(error, (OSError, MemoryError)) and (cause := _used_up(error)):
        return cause
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, (SadaError, OSError, ValueError)) and str(error):
        return str(error)
    return f"unexpected {type(error).__name__}: {error} (--debug shows where)"
