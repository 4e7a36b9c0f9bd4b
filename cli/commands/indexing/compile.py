"""``sada compile``: compile the kernels ahead, as when a container image is built."""

from __future__ import annotations

import sys

import click
import orjson

from sada.cli.options.common import examples
from sada.cli.output.progress import progress


@click.command(
    "compile",
    short_help="Compile the kernels ahead, as for an image",
    epilog=examples(
        "sada compile",
        "sada compile --check",
    ),
)
@click.option("--check", is_flag=True, help="Exit with 1 if a kernel had to be compiled.")
def command(check: bool) -> None:
    """Compile all kernels now, and keep their machine code.

    Otherwise each is compiled when it is first needed. Run this when a container image is built, as the user who
    installs: processes that cannot write to the installation load the machine code from there. It is for the processor
    of this machine; with NUMBA_CPU_NAME=generic, here and there, it is for all processors of the same architecture.
    """
    from sada.cluster import compile_kernels

    with progress("Compiling"):
        report = compile_kernels()
    if sys.stdout.isatty():
        click.echo(f"{report.kernels:,} kernels, of which {report.compiled:,} were compiled now, are kept in")
        for folder in report.folders:
            click.echo(f"  {folder}")
    else:
        click.echo(orjson.dumps(report._asdict()).decode())
    if check and report.compiled:
        raise click.exceptions.Exit(1)
