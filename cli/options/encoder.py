"""The options that name and set up an encoder, such as ``device=cuda``."""

from __future__ import annotations

from typing import Any

import click

from sada.cli.options.bundle import Command, bundled

_SETTINGS = click.option(
    "--encoder-option",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the encoder, as device=cuda.  [repeatable]",
)


def encoder_options(command: Command) -> Command:
    """Add ``--encoder-option``; the command gets ``options``, the values by their keys."""
    return bundled(command, "options", _encoder_options, _SETTINGS)


def own_encoder_options(command: Command) -> Command:
    """Add ``--encoder`` and ``--encoder-option`` of an index that is opened.

    The command gets ``encoder``, two arguments of :meth:`~sada.indexes.index.NewsIndex.open`.
    """
    return bundled(
        command,
        "encoder",
        _own_encoder,
        click.option(
            "--encoder",
            "name",
            metavar="NAME",
            help="The encoder of INDEX; needed only if it does not come with Sada.",
        ),
        _SETTINGS,
    )


def _own_encoder(*, name: str | None, settings: tuple[str, ...]) -> dict[str, Any]:
    return {"encoder": name, "options": _encoder_options(settings=settings)}


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
