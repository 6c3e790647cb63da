"""The documentation is true: its commands, its links, its versions.

In the README, the tutorial and the guide, ``sh``, ``console`` and ``python`` blocks are run, all
blocks of a document in their order and in one temporary folder. A console block shows standard
output below each command; an ellipsis stands for anything. A block that cannot be run has a
comment above it with the reason:
``<!-- not run: starts a server -->``. Python, and lines that are one command of the engine and
nothing else, run in this process, which saves its start.
"""

import argparse
import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import genie3_engine
from genie3_engine import cli
from tests.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[1]
RUN = ["README.md", "docs/tutorial.md", "docs/guide.md"]
RUN_ON_A_CLUSTER = ["docs/cluster.md"]  # by tests/cluster/test_commands.py
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
)
# What an active environment has on its path; the project itself need not be installed.
COMMANDS = {"python": "", "genie3": "-m genie3_engine"}
FENCE = re.compile(
    r"(?P<above>[^\n]*)\n```(?P<kind>sh|console|python)\n(?P<body>.*?)^```$", re.M | re.S
)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<to>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of commands."""

    kind: str
    body: str
    is_run: bool
    line: int

    def commands(self) -> list[tuple[str, str]]:
        """Return each command with the output that is shown below it."""
        if self.kind == "sh":
            lines = self.body.replace("\\\n", "").splitlines(keepends=True)
            return [(line, "") for line in lines]
        if self.kind == "python":
            return [(self.body, "")]
        commands: list[tuple[str, str]] = []
        for line in self.body.splitlines(keepends=True):
            if line.startswith("$ "):
                commands.append((line[2:], ""))
            elif commands[-1][0].endswith("\\\n"):
                commands[-1] = (commands[-1][0] + line, "")
            else:
                commands[-1] = (commands[-1][0], commands[-1][1] + line)
        return commands


def blocks(document: str) -> list[Block]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [
        Block(
            kind=found["kind"],
            body=found["body"],
            is_run=re.fullmatch(r"<!-- not run: \S.* -->", found["above"]) is None,
            line=text.count("\n", 0, found.start("body")),
        )
        for found in FENCE.finditer(text)
    ]


def engine_arguments(command: str) -> list[str] | None:
    """Return the arguments of a line that is one command of the engine; None of any other."""
    is_plain = command.startswith("genie3 ") and not {*command} & {*"|&;<>()$`*?"}
    return shlex.split(command, comments=True)[1:] if is_plain else None


@pytest.fixture
def shell(tmp_path, home, capsys, monkeypatch):
    """Run a command as a reader would, who has the environment active in the project's folder."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name, command in COMMANDS.items():
        (binaries / name).write_text(f'#!/bin/sh\nexec {sys.executable} {command} "$@"\n')
        (binaries / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "GENIE3_HOME": str(home),
    }
    folder = tmp_path / "reader"
    folder.mkdir()

    def run(command: str, kind: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        if kind == "python":
            exec(compile(command, "document", "exec"), {"__name__": "__main__"})
            return subprocess.CompletedProcess(command, 0, *capsys.readouterr())
        arguments = engine_arguments(command)
        if arguments is not None:
            code = cli.main(arguments)
            return subprocess.CompletedProcess(command, code, *capsys.readouterr())
        return subprocess.run(
            ["bash", "-e", "-u", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=HANG_SECONDS,
        )

    return run


def run_blocks(document, shell):
    """Run the blocks of a document, and compare what they print with what it shows."""
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for block in blocks(document):
        for command, shown in block.commands() if block.is_run else []:
            done = shell(command, block.kind)
            where = f"{document}:{block.line}: {command}"
            assert done.returncode == 0, f"{where}{done.stderr}"
            assert "Traceback" not in done.stderr, f"{where}{done.stderr}"
            if shown:
                assert checker.check_output(shown, done.stdout, flags), (
                    f"{where}shows\n{shown}but prints\n{done.stdout}{done.stderr}"
                )


class TestCommands:
    @pytest.mark.slow(16)
    @pytest.mark.parametrize("document", RUN)
    def test_document__runs_from_top_to_bottom(self, document, shell):
        run_blocks(document, shell)

    @pytest.mark.parametrize("document", RUN + RUN_ON_A_CLUSTER)
    def test_document__leaves_no_command_of_the_engine_untried(self, document):
        untried = [block.body for block in blocks(document) if not block.is_run]
        assert not [
            body for body in untried if re.search(r"^(\$ )?genie3 |genie3_engine", body, re.M)
        ]

    def test_guide__names_every_command_and_option(self):
        from genie3_engine.commands.parser import build_parser

        guide = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
        missing = []
        for name, command in subcommands(build_parser()).items():
            options = [option for action in command._actions for option in action.option_strings]
            wanted = [f"genie3 {name}", *(set(options) - {"-h", "--help"})]
            missing += [text for text in wanted if not re.search(rf"{text}(?![\w-])", guide)]
        assert not missing

    def test_readme__gives_the_two_commands(self):
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        assert "make app" in readme
        assert "make test" in readme


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    [action] = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    return action.choices


class TestLinks:
    @pytest.mark.parametrize("document", PAGES)
    def test_document__links_to_what_exists(self, document):
        folder = (ROOT / document).parent
        broken = []
        for link in LINK.finditer((ROOT / document).read_text(encoding="utf-8")):
            file, _, anchor = link["to"].partition("#")
            if file.startswith(("https://", "mailto:")):
                continue
            path = folder / file if file else ROOT / document
            if not path.exists() or (anchor and anchor not in anchors(path)):
                broken.append(link["to"])
        assert not broken

    def test_decisions__are_all_in_the_list(self):
        folder = ROOT / "docs/decisions"
        listed = (folder / "README.md").read_text(encoding="utf-8")
        records = sorted(folder.glob("[0-9]*.md"))
        assert records
        for path in records:
            number, title = re.match(r"# (\d+)\. (.+)", path.read_text(encoding="utf-8")).groups()
            assert int(number) == int(path.name[:4])
            assert f"[{title}]({path.name})" in listed

    def test_benchmarks__are_all_in_the_list(self):
        folder = ROOT / "benchmarks"
        listed = (folder / "README.md").read_text(encoding="utf-8")
        assert not [path.name for path in folder.glob("bench_*.py") if path.name not in listed]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a Markdown file's headings."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in headings}


class TestVersions:
    def test_version__is_the_same_everywhere(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
        newest = re.search(r"^## (\d\S+)", changelog, re.M)
        cited = re.search(r"^version: (\S+)$", citation, re.M)
        assert newest is not None
        assert cited is not None
        versions = {project["version"], genie3_engine.__version__, newest[1], cited[1]}
        assert len(versions) == 1
