"""Validate folders as RO-Crates by the shapes, without the internet, and print what fails.

``python validate_crate.py PROFILE SEVERITY FOLDER...``; in place of the context that lies on the
web, the validator gets the terms that come with the package ``rocrate``.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from unittest import mock

import requests
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def answer(_, url, **options):
    response = requests.Response()
    response.status_code, response.url = 404, url
    if url == CONTEXT:
        terms = json.loads((resources.files("rocrate") / "data/ro-crate.jsonld").read_text())
        response.status_code = 200
        response.headers["Content-Type"] = "application/ld+json"
        response._content = json.dumps({"@context": terms["@context"]}).encode()
    return response


def issues(folder, profile, severity):
    settings = {
        "rocrate_uri": folder,
        "profile_identifier": profile,
        "requirement_severity": severity,
        "offline": True,
    }
    with mock.patch.object(HttpRequester, "get", answer, create=True):
        found = services.validate(settings).get_issues()
    return sorted({f"{each.check.identifier}: {each.message}" for each in found})


if __name__ == "__main__":
    profile, severity, *folders = sys.argv[1:]
    print(json.dumps([issues(folder, profile, severity) for folder in folders]))
