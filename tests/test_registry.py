import math

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.registry import Registry


@pytest.fixture
def registry():
    return Registry("number", group="genie3.none", built_in={"pi": "math:pi", "e": "math:e"})


def test_registry__has_built_in_records_in_order(registry):
    assert registry.names() == ("pi", "e")
    assert registry.records() == (math.pi, math.e)


def test_registry__takes_records_from_outside(registry):
    registry.register("tau", math.tau)
    assert list(registry) == ["pi", "e", "tau"]
    assert registry["tau"] == math.tau


def test_registered__removes_the_record_after_the_block(registry):
    with registry.registered("tau", math.tau):
        assert "tau" in registry
    assert "tau" not in registry


def test_register__refuses_a_name_that_is_taken(registry):
    with pytest.raises(OptionError, match="registered already"):
        registry.register("pi", 3.0)


def test_registry__names_the_choices_when_a_name_is_unknown(registry):
    with pytest.raises(OptionError) as caught:
        registry["phi"]
    assert "pi, e" in caught.value.remedy


def test_registry__finds_entry_points_of_installed_packages(tmp_path, monkeypatch):
    package = tmp_path / "plugin-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[genie3.test_numbers]\ntau = math:tau\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry("number", group="genie3.test_numbers", built_in={"pi": "math:pi"})
    assert registry.names() == ("pi", "tau")
    assert registry["tau"] == math.tau
