"""The option that sets up an encoder, such as ``device=cuda``."""

from __future__ import annotations

import click

from sada.cli.options.bundle import Command, bundled


def encoder_options(command: Command) -> Command:
    """Add ``--encoder-option``; the command gets ``options``, the values by their keys."""
    return bundled(
        command,
        "options",
        _encoder_options,
        click.option(
            "--encoder-option",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="An option of the encoder, as device=cuda.  [repeatable]",
        ),
    )


def _encoder_options(*, settings: tuple[str, ...]) -> dict[str, str]:
    options: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(f"--encoder-option {setting}: write KEY=VALUE")
        if key.strip() in options:
            raise click.UsageError(f"--encoder-option {key.strip()} is given twice")
        options[key.strip()] = value.strip()
    return options
