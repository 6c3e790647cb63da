"""Tests of the versions that are written for the page's image."""

from __future__ import annotations

from tools import constraints


def test_versions__are_those_of_all_that_is_needed():
    found = constraints.versions()
    for package in ("streamlit", "starlette", "numpy", "six"):  # six is needed by what is needed
        assert package in found
    assert "pytest" not in found


def test_main__writes_one_version_for_each(tmp_path, monkeypatch):
    monkeypatch.setattr(constraints, "CONSTRAINTS", tmp_path / "constraints.txt")
    assert constraints.main() == 0
    _, *lines = (tmp_path / "constraints.txt").read_text("utf-8").splitlines()
    assert lines == [f"{name}=={found}" for name, found in sorted(constraints.versions().items())]
