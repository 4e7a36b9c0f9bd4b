"""What tests of options share."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner


@pytest.fixture
def call():
    """Runs a command with some bundles; gives what it was handed, or the usage error."""

    def call(*arguments, bundles):
        got = {}

        def body(**values):
            got.update(values)

        for bundle in bundles:
            body = bundle(body)
        result = CliRunner().invoke(click.command()(body), list(arguments), catch_exceptions=False)
        return got if result.exit_code == 0 else (result.exit_code, result.stderr)

    return call
