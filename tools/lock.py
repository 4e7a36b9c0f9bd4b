"""Writes .ci/locked.txt: the exact versions, with the hashes of their files, of all that the tests need.

python tools/lock.py          # the newest versions that pyproject.toml allows
python tools/lock.py --keep   # the versions that are locked already; new packages are added, others go

It asks pip of every Python that Sada supports, which must be installed, what it would install on this machine, and
installs nothing. Files are wheels for Linux on x86-64: run it there. `make test-locked` installs what it wrote, and
pip then refuses a file that has another hash.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKED = ROOT / ".ci" / "locked.txt"
PYTHONS = ("3.11", "3.12", "3.13")
EXTRAS = ("test", "dev", "use", "formats")
HEAD = """# What the tests need: exact versions, with the hashes of their wheels for Linux on x86-64.
# `make test-locked` installs it, `make lock` renews it.
"""

Files = dict[tuple[str, str], set[str]]
"""The SHA-256 hashes of the files of each name and version."""


def requirements(extras: tuple[str, ...] = EXTRAS) -> list[str]:
    """What pyproject.toml asks for with some extras, and what builds Sada."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project, found = stated["project"], list(stated["build-system"]["requires"])
    rest = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    for one in rest:
        own = re.fullmatch(rf"{re.escape(project['name'])}\[([\w,]+)\]", one)
        found += requirements(tuple(own[1].split(",")))[1:] if own else [one]
    return list(dict.fromkeys(found))


def interpreter(version: str) -> str:
    """The path of a Python of that version.

    Raises:
        SystemExit: if there is none.
    """
    known = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
    found = str(known[-1]) if known else shutil.which(f"python{version}")
    if found is None:
        raise SystemExit(f"no Python {version} here: install it, as every version must be asked")
    return found


def resolved(python: str, wanted: list[str], kept: list[str]) -> Files:
    """What pip would install for a Python, with the versions ``kept`` where it needs them."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "kept.txt"
        constraints.write_text("\n".join(kept), "utf-8")
        command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--dry-run", "--report", "-"]
        command += ["--ignore-installed", "--only-binary", ":all:", "-c", str(constraints), *wanted]
        report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    stated = ((one["metadata"], one["download_info"]["archive_info"]) for one in report["install"])
    return {(about["name"].lower(), about["version"]): {archive["hashes"]["sha256"]} for about, archive in stated}


def lines(by_python: dict[str, Files]) -> list[str]:
    """The lines of the file: one package of one version each, with a marker where not every Python has it."""
    pythons: dict[tuple[str, str], list[str]] = defaultdict(list)
    hashes: Files = defaultdict(set)
    for version, files in by_python.items():
        for package, found in files.items():
            pythons[package].append(version)
            hashes[package] |= found
    return [
        " \\\n    ".join([f"{name}=={version}{_marker(pythons[name, version], list(by_python))}",
                          *(f"--hash=sha256:{one}" for one in sorted(hashes[name, version]))])
        for name, version in sorted(hashes)
    ]  # fmt: skip


def _marker(some: list[str], every: list[str]) -> str:
    stated = " or ".join(f"python_version == '{version}'" for version in some)
    return "" if some == every else f" ; {stated}"


def kept_versions() -> list[str]:
    """The packages that are locked now, without their hashes, as pip's constraints."""
    return [line.removesuffix(" \\") for line in LOCKED.read_text("utf-8").splitlines() if re.match(r"[\w.-]+==", line)]


def main() -> None:
    """Write the file."""
    kept = kept_versions() if sys.argv[1:] == ["--keep"] else []
    wanted = requirements()
    by_python = {version: resolved(interpreter(version), wanted, kept) for version in PYTHONS}
    LOCKED.write_text(HEAD + "\n".join(lines(by_python)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
