"""The page's image: its files, and the page in it, as far as that goes without Docker."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.containers import page_image
from tools import constraints

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "containers/page"
COMPOSE = PAGE / "compose.yaml"
BIN = Path(sys.executable).parent


def checked(program, *arguments):
    done = subprocess.run([BIN / program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_dockerfile__passes_the_linter():
    assert checked("hadolint", "--no-color", page_image.DOCKERFILE) == (0, "")


def test_compose__follows_its_schema_and_passes_the_linter():
    files = [COMPOSE, PAGE / "login.yaml"]
    code, output = checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files)
    assert code == 0, output
    code, output = checked("compose-lint", "check", "--format=json", "--fail-on=low", COMPOSE)
    found = {each["rule_id"] for each in json.loads(output)["findings"]}
    assert found == {"CL-0019"}, output  # the image is built here, so it has no digest yet


def test_compose__agrees_with_the_image_and_the_command():
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]["page"]
    assert services["user"] == page_image.last("USER")
    assert services["volumes"] == [f"home:{page_image.last('VOLUME')}"]
    check = json.loads(page_image.last("HEALTHCHECK").partition("CMD")[2])
    assert services["healthcheck"]["test"] == ["CMD", *check]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert services["image"] == f"genie3-page:{version}"


def test_image__is_pinned():
    base = page_image.instructions()[0][1]
    assert re.fullmatch(r"BASE=python:3\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base)
    text = constraints.CONSTRAINTS.read_text("utf-8")
    pinned = {each.name: each for each in map(Requirement, text.splitlines()[1:])}
    for wanted in constraints.requirements():
        assert pinned[wanted.name.lower()].specifier == wanted.specifier, wanted


def test_dockerignore__lets_through_what_the_image_needs_alone():
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    let_through = {line[1:] for line in lines if line.startswith("!")}
    sources = {
        source
        for word, rest in page_image.instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert sources == let_through


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow(20)
def test_image__serves_the_page_and_writes_to_its_volume_alone(tmp_path):
    if reason := page_image.missing():
        pytest.skip(reason)
    url = f"http://localhost:{(port := free_port())}"
    container = page_image.Container(
        tmp_path, f"--port={port}", f"--base-url={url}", health=f"{url}/_stcore/health"
    )
    with container:
        container.await_health()
        assert re.search(rf"{url}/\?token=\S{{32}}", container.log.read_text())
        user = container.run("sh", "-c", "id -u; grep -E '^(CapBnd|NoNewPrivs)' /proc/1/status")
        assert user.stdout.split() == ["10001", "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]
        tried = "for f in / /opt/genie3 /opt/venv /etc /var/tmp; do touch $f/new && echo $f; done"
        assert container.run("sh", "-c", tried).stdout == ""
        program = ("python", "-m", "genie3_engine")
        made = container.run(
            *program, "simulate", "--genes=20", "--samples=9", "--out=/tmp/example"
        )
        assert made.returncode == 0, made.stderr
        table = "/tmp/example/expression.tsv"
        out = "--out=/data/runs/first"
        inferred = container.run(*program, "infer", table, out, "--method=precision")
        assert inferred.returncode == 0, inferred.stderr
        assert "links into 20 targets" in inferred.stdout
        written = container.run("find", "/tmp", "-maxdepth", "1").stdout.split()
    assert set(written) <= {"/tmp", "/tmp/example", "/tmp/.streamlit"}
    assert {"data", "runs"} <= {path.name for path in container.volume.iterdir()}
    shutil.rmtree(container.volume)
