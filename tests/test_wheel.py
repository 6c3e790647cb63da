"""The engine installed from a wheel, in an environment that holds what it requires and no more."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_THE_PAGE = ("streamlit", "plotly", "sagemaker", "boto3")


def run(*command: object, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def all_required(names: list[str]) -> set[str]:
    """Return the distributions that these require, and those that they require in turn."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                re.match(r"[\w.-]+", text)[0].lower()
                for text in requires(name) or []
                if "extra ==" not in text and "win32" not in text and "emscripten" not in text
            ]
    return found


def link_distributions(names: set[str], site_packages: Path) -> None:
    """Link installed distributions into another environment, instead of installing them again."""
    for name in names:
        of = distribution(name)
        for top in {path.parts[0] for path in of.files or () if path.parts[0] not in ("..", "/")}:
            link = site_packages / top
            if not link.exists() and top != "__pycache__":
                link.symlink_to(Path(of.locate_file(top)))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel and what it requires; its folder of programs."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "genie3_engine", source / "genie3_engine", ignore=ignored)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", source, "-w", folder, cwd=folder)
    (wheel,) = folder.glob("*.whl")

    venv.create(folder / "environment", with_pip=False)
    (site_packages,) = (folder / "environment").glob("lib/python*/site-packages")
    required = [re.match(r"[\w.-]+", text)[0] for text in PROJECT["dependencies"]]
    link_distributions(all_required(required), site_packages)
    programs = folder / "environment" / "bin"
    install = ("install", "--no-deps", "--no-index", "--no-compile", wheel)
    run(*pip, "--python", programs / "python", *install, cwd=folder)
    return programs


@pytest.mark.slow(11)
def test_wheel__works_without_the_page_s_packages(environment, tmp_path, home):
    found = run(
        environment / "python",
        "-c",
        "import importlib.util, json, genie3_engine\n"
        f"there = [name for name in {OF_THE_PAGE} if importlib.util.find_spec(name)]\n"
        "print(json.dumps([there, genie3_engine.__file__]))",
        cwd=tmp_path,
    )
    there, file = json.loads(found)
    assert there == []
    assert Path(file).is_relative_to(environment.parent)

    data, gold = "sample/expression.tsv", "sample/gold.tsv"
    commands = (
        ("simulate", "--genes", "12", "--samples", "15", "--out", "sample"),
        ("doctor", data),
        ("infer", data, "--out", "run", "--trees", "5"),
        ("report", "run", "-o", "report.html"),
        ("status", "run"),
        ("submit", data, "--launcher", "local", "--out", "background", "--trees", "5"),
    )
    in_one_process = (
        "import json, sys\n"
        "from genie3_engine.cli import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    assert main(command) == 0, command\n"
    )
    python, genie3 = environment / "python", environment / "genie3"
    run(python, "-c", in_one_process, json.dumps(commands), cwd=tmp_path)
    links = run(genie3, "links", "run", "--top", "3", cwd=tmp_path)
    assert len(links.splitlines()) >= 3
    assert links == run(python, "-m", "genie3_engine", "links", "run", "--top", "3", cwd=tmp_path)
    status = tmp_path / "background" / "status.json"
    wait_until(lambda: json.loads(status.read_text())["state"] == "done", shown=status.read_text)
    commands = (
        ("logs", "background"),
        ("status", "background", "--json"),
        ("evaluate", "run", gold, "--json"),
    )
    answers = run(python, "-c", in_one_process, json.dumps(commands), cwd=tmp_path)
    assert '"done"' in answers
    assert '"n_links"' in answers


def test_genie3__is_the_command_of_python_m():
    assert PROJECT["scripts"] == {"genie3": "genie3_engine.cli:main"}
