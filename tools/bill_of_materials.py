"""Write the bill of materials of the page: every package that an installation holds.

``python -m tools.bill_of_materials`` installs what the page's image holds into an empty
environment and writes ``docs/materials.cdx.json`` (CycloneDX) and the table of
``docs/licences.md``. The packages of the browser's graph are those of
``ui/graph/package-lock.json`` that its bundle contains.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MATERIALS = ROOT / "docs" / "materials.cdx.json"
LICENCES = ROOT / "docs" / "licences.md"
REQUIREMENTS = ROOT / "requirements.txt"
CONSTRAINTS = ROOT / "containers" / "page" / "constraints.txt"
GRAPH_LOCK = ROOT / "ui" / "graph" / "package-lock.json"
_BEGIN, _END = "<!-- packages -->", "<!-- end -->"
# Packages whose metadata name a licence in words of their own, or none that a program can read.
_STATED = {"igraph": "GPL-2.0-or-later", "protobuf": "BSD-3-Clause", "pydeck": "Apache-2.0"}
_OF_ENVIRONMENTS = {"pip", "setuptools"}  # in every environment, whatever is installed
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def materials() -> dict[str, Any]:
    """Return the bill of what an installation holds, as CycloneDX's JSON."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
        subprocess.run([*install, "-c", str(CONSTRAINTS)], check=True)
        listing = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
        found = subprocess.run([*listing, python], check=True, capture_output=True, text=True)
    bill: dict[str, Any] = json.loads(found.stdout)
    bill["components"] = sorted(
        [
            *(each for each in bill["components"] if each["name"] not in _OF_ENVIRONMENTS),
            *graph_components(json.loads(GRAPH_LOCK.read_text("utf-8"))),
        ],
        key=lambda component: component["purl"].lower(),
    )
    references = {component["bom-ref"] for component in bill["components"]}
    bill["dependencies"] = [
        {**each, "dependsOn": [other for other in each.get("dependsOn", ()) if other in references]}
        for each in bill["dependencies"]
        if each["ref"] in references
    ]
    for component in bill["components"]:
        component.pop("externalReferences", None)  # addresses of sites, which change
        component["licenses"] = [{"license": {"name": licence_of(component)}}]
    return bill


def graph_components(lock: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the packages that the bundle of the browser's graph contains.

    Parameters
    ----------
    lock : mapping
        Content of ``package-lock.json``.
    """
    return [
        {
            "type": "library",
            "bom-ref": f"npm:{(name := path.removeprefix('node_modules/'))}",
            "name": name,
            "version": package["version"],
            "purl": f"pkg:npm/{name}@{package['version']}",
            "licenses": [{"license": {"id": package["license"]}}],
        }
        for path, package in lock["packages"].items()
        if path and not package.get("dev") and not path.endswith("-types")
    ]


def licence_of(component: Mapping[str, Any]) -> str:
    """Return a component's licence, by its short name where it has one.

    Parameters
    ----------
    component : mapping
        Of a bill of materials.

    Raises
    ------
    ValueError
        When the package states none: it has to be looked up.
    """
    if (stated := _STATED.get(component["name"])) is not None:
        return stated
    for each in component.get("licenses", ()):
        named = each.get("license", {})
        name = str(each.get("expression") or named.get("id") or named.get("name", ""))
        if name := name.rpartition(" :: ")[2]:
            return _CLASSIFIERS.get(name, name)
    raise ValueError(f"{component['name']} states no licence")


def licence_table(components: Iterable[Mapping[str, Any]]) -> str:
    """Return the packages and their licences as a table in Markdown.

    Parameters
    ----------
    components : iterable of mapping
        Of a bill of materials.
    """
    lines = ["| package | version | licence |", "|---|---|---|"]
    for component in components:
        kind = " (browser)" if component["purl"].startswith("pkg:npm/") else ""
        lines.append(
            f"| {component['name']}{kind} | {component['version']} | {licence_of(component)} |"
        )
    return "\n".join(lines)


def with_table(text: str, table: str) -> str:
    """Return the text of ``docs/licences.md`` with another table of packages.

    Parameters
    ----------
    text : str
        The file's text, with the marks between which the table lies.
    table : str
        The new one.
    """
    pattern = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{_BEGIN}\n\n{table}\n\n{_END}", text)


def main() -> None:
    """Write both files."""
    bill = materials()
    MATERIALS.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", "utf-8")
    table = licence_table(bill["components"])
    LICENCES.write_text(with_table(LICENCES.read_text("utf-8"), table), "utf-8")


if __name__ == "__main__":
    main()
