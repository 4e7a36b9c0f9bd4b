"""The options of ``duplicates`` and ``dedup``: what makes articles copies, and which of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sada.cli.options.bundle import Command, bundled
from sada.cli.output.progress import note

if TYPE_CHECKING:
    from sada.cluster.copies.copies import Copies


def _containment(ctx: click.Context, param: click.Parameter, value: str) -> float | None:
    if value == "off":
        return None
    try:
        share = float(value)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise click.BadParameter(f"{value!r} is neither off nor a share above 0 and up to 1", ctx, param)
    return share


def _keep(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if value in ("first", "longest", "last") or value.startswith("source="):
        return value
    raise click.BadParameter(f"{value!r}: choose first, longest, last or source=NAME,NAME", ctx, param)


def _unite(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    from sada.cluster.likeness.pairs import DOUBTS

    names = [] if value is None else [name.strip() for name in value.split(",")]
    for name in names:
        if name not in (*DOUBTS, "all"):
            raise click.BadParameter(f"{name!r}: choose from {', '.join(DOUBTS)} and all", ctx, param)
    return DOUBTS if "all" in names else tuple(names)


def grouping_options(command: Command) -> Command:
    """Add these options; the command gets ``grouping``, keyword arguments of :func:`sada.cluster.find_copies`."""
    return bundled(
        command,
        "grouping",
        _grouping,
        click.option(
            "--threshold",
            type=click.FloatRange(0.5, 1),
            default=0.8,
            show_default=True,
            help="Least Jaccard between copies.",
        ),
        click.option(
            "--cohesion",
            type=click.Choice(["star", "chain"]),
            default="star",
            show_default=True,
            help="star: every member is a copy of the kept article; chain: of some member.",
        ),
        click.option(
            "--containment",
            default="0.8",
            show_default=True,
            metavar="SHARE|off",
            callback=_containment,
            help="Least share of the shorter text for showing that one article contains another.",
        ),
        click.option(
            "--keep",
            default="first",
            show_default=True,
            metavar="RULE",
            callback=_keep,
            help="Which of several equally good articles is kept: first, longest, last or source=A,B.",
        ),
        click.option(
            "--unite",
            metavar="DOUBT,...",
            callback=_unite,
            help="Count as copies also what is in doubt: template (names or figures in the slots of one differ),"
            " boilerplate (only that is shared), title (only that is shared), or all. Several stand with commas.",
        ),
        click.option("--threads", type=click.IntRange(min=0), default=0, help="Threads to use.  [default: all]"),
    )


def note_doubts(copies: Copies) -> None:
    """Say on standard error how many articles are kept because of a doubt, and what counts them as copies."""
    from sada.cluster.likeness.pairs import REASONS

    for doubt, count in copies.doubtful.items():
        many = "article is kept that would be a copy" if count == 1 else "articles are kept that would be copies"
        note(f"{count:,} {many}, but {REASONS[doubt]} (--unite {doubt} makes copies of them)")


def _grouping(*, threshold: float, **others: Any) -> dict[str, Any]:
    return {"jaccard": threshold, **others}
