from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from genie3_engine.archives import Deposit, save_deposit
from tests.archives.conftest import archived
from tests.archives.packing import unpacked

VALIDATE = Path(__file__).with_name("validate_crate.py")
NAME = "ro-crate-metadata.json"
# What a user may state, and what only a publisher knows.
OF_USERS = {
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of "
    "the RO-Crate",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the "
    "schema_org:license type",
}
OF_OTHERS = {
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
    "The author SHOULD have an organizational affiliation.",
    "The author SHOULD have a Contextual Entity which specifies the organizational `affiliation`.",
    "The Application SHOULD have a url",
    "The SoftwareApplication id SHOULD be an absolute URI",
}


def entities(archive):
    graph = json.loads(unpacked(archive)[NAME])["@graph"]
    found = {each["@id"]: each for each in graph}
    assert len(found) == len(graph)
    return found


def unpack(archive, folder):
    for name, content in unpacked(archive).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def words(issues):
    return {" ".join(issue.partition(": ")[2].split()) for issue in issues}


@pytest.fixture
def run(first, tmp_path):
    """A copy of the finished run, to be described."""
    return shutil.copytree(first, tmp_path / first.name)


def test_crate__describes_the_run_as_an_action(archive, first):
    found = entities(archive)
    action = found["#run"]
    assert action["@type"] == "CreateAction"
    assert {"@id": "data/values.npy"} in action["object"]
    assert action["result"][0] == {"@id": "run/links.parquet"}
    settings = {each["name"]: each["value"] for each in found.values() if "value" in each}
    assert settings["Trees per target"] == "2"
    assert found["#genie3-engine"]["softwareVersion"]
    assert found["figures/view-01.svg"]["name"] == "Overview"
    root = found["./"]
    assert root["name"] == "Gene regulatory network: Ours"
    assert {part["@id"] for part in root["hasPart"]} | {"manifest.json", NAME} == set(
        unpacked(archive)
    )
    assert root["license"].startswith("No licence is stated")
    assert "author" not in root  # nothing is guessed


def test_crate__has_licence_and_authors_where_they_are_given(run):
    save_deposit(run, Deposit.of("CC-BY-4.0", ["Ann Example 0000-0002-1825-0097", "Bob"]))
    root = entities(archived(run))["./"]
    assert root["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert root["author"] == [
        {"@id": "https://orcid.org/0000-0002-1825-0097"},
        {"@id": "#author-2"},
    ]


@pytest.mark.slow(10)
def test_crate__is_valid_and_opens_elsewhere(archive, run, tmp_path):
    from rocrate.rocrate import ROCrate

    bare = unpack(archive, tmp_path / "bare")
    save_deposit(run, Deposit.of("CC-BY-4.0", ["Ann Example 0000-0002-1825-0097"]))
    full = unpack(archived(run), tmp_path / "full")
    wrong = shutil.copytree(full, tmp_path / "wrong")
    text = (wrong / NAME).read_text().replace('"datePublished"', '"dateModified"')
    (wrong / NAME).write_text(text)
    folders = [str(folder) for folder in (bare, full, wrong)]
    command = [sys.executable, str(VALIDATE), "process-run-crate-0.5", "RECOMMENDED", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    of_bare, of_full, of_wrong = json.loads(done.stdout.splitlines()[-1])
    assert words(of_bare) <= OF_USERS | OF_OTHERS
    assert words(of_full) <= OF_OTHERS
    assert any("date" in issue.lower() for issue in of_wrong)
    crate = ROCrate(str(full))
    assert crate.name == "Gene regulatory network: Ours"
    assert crate.get("run/links.parquet").type == "File"
