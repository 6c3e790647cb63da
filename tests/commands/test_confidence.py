from __future__ import annotations

import pytest

from genie3_engine import confidence_worker
from genie3_engine.errors import RunInterruptedError
from genie3_engine.store.evidence import Evidence
from tests.commands.command_line import QUICK, assert_one_line_error, object_in
from tests.tiny_evidence import use_tiny_evidence


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    use_tiny_evidence(monkeypatch)


def test_confidence__of_a_finished_run(call, run):
    code, out, _ = call("confidence", run, "--threads", 1)
    assert code == 0
    assert "Links at q ≤ 0.05: 126 of 20 possible; pi0: 0.500." in out
    assert "stability" in out
    _, out, _ = call("status", run)
    assert "confidence" in out
    code, out, err = call("confidence", run, "--json")
    assert code == 0
    assert "already" in err
    assert object_in(out)["confidence"]["n_links_q_0.05"] == 126


def test_confidence__of_one_kind(call, run):
    code, _, _ = call("confidence", run, "--only", "stability", "--json")
    assert code == 0
    assert Evidence.open(run).columns == ("stability",)


def test_confidence__names_kinds(call, run):
    answer = call("confidence", run, "--only", "certainty")
    assert_one_line_error(answer, "'certainty' is not a kind of confidence", "both")


def test_confidence__that_is_interrupted_tells_how_to_go_on(call, run, monkeypatch):
    def stop(*_, **__):
        raise RunInterruptedError("stopped", "")

    monkeypatch.setattr(confidence_worker, "run", stop)
    code, _, err = call("confidence", run)
    assert code == 130
    assert f"Go on with: genie3 confidence {run}" in err


def test_infer__with_confidence(call, data, tmp_path):
    options = ["--out", tmp_path / "run", *QUICK, "--confidence"]
    code, out, _ = call("infer", data, *options, "--json")
    assert code == 0
    assert object_in(out)["confidence"]["pi0"] == 0.5
    code, _, err = call("infer", data, *options, "--resume")
    assert code == 0
    assert "done already" in err
    code, _, err = call("infer", data, *options[:-1], "--resume")
    assert code == 2
    assert "confidence both there, none asked for" in err


def test_infer__refuses_confidence_of_methods_without(call, data, tmp_path):
    answer = call("infer", data, "--out", tmp_path / "run", "--method", "in-vivo", "--confidence")
    assert_one_line_error(answer, "no p-values and no stability")
    assert not (tmp_path / "run").exists()


def test_infer__resumed_with_the_confidence_that_was_added_is_done(call, data, run):
    call("confidence", run, "--only", "p-values")
    options = ["--out", run, *QUICK, "--resume"]
    for confidence in ([], ["--confidence", "p-values"]):
        code, _, err = call("infer", data, *options, *confidence)
        assert code == 0, err
        assert "done already" in err
