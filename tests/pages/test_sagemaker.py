from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine import runs
from genie3_engine.runs import CLOUD, LAUNCHERS, Check
from tests.pages.conftest import texts


@pytest.fixture
def emulated(home):
    """Settings that send every request to this machine."""
    options = {"endpoint_url": "http://localhost:1", "region": "us-east-1"}
    runs.save_options(CLOUD, options)
    return options


def test_sagemaker__empty_explains_itself_and_offers_the_emulator(open_page):
    app = open_page("sagemaker")
    assert not app.exception
    assert app.title[0].value == "SageMaker"
    said = texts(app)
    assert "stores none" in said
    assert "make emulator" in said
    assert any("needs a role of your AWS account" in each.value for each in app.info)


def test_sagemaker__settings_are_kept_without_a_secret(open_page, home):
    app = open_page("sagemaker")
    app.text_input(key="setup_sagemaker_role").set_value("genie3-instances").run()
    app.text_input(key="setup_sagemaker_bucket").set_value("my-bucket").run()
    app.button(key="save_cloud").click().run()
    assert runs.saved_options(CLOUD) == {"role": "genie3-instances", "bucket": "my-bucket"}
    assert open_page("sagemaker").text_input(key="setup_sagemaker_bucket").value == "my-bucket"


def test_sagemaker__a_wrong_value_is_one_box(open_page):
    app = open_page("sagemaker")
    app.text_input(key="setup_sagemaker_bucket").set_value("Not A Bucket").run()
    assert not app.exception
    assert "Not A Bucket" in app.error[0].value


def test_sagemaker__says_what_is_missing_and_what_to_add(open_page, monkeypatch):
    found = [
        Check("credentials", "ok", "you"),
        Check("role", "missing", "No <b>role</b>.", "Make one.", '{"Version": "2012-10-17"}'),
        Check("bucket", "unknown", "Nobody answers."),
    ]
    launcher = SimpleNamespace(checks=lambda options: iter(found))
    info = replace(LAUNCHERS[CLOUD], create=lambda home: launcher)
    monkeypatch.setitem(LAUNCHERS._records, CLOUD, info)
    app = open_page("sagemaker")
    app.button(key="check_cloud").click().run()
    assert not app.exception
    assert "No \\<b>role\\</b>." in texts(app) or "No \\<b\\>role" in texts(app)
    assert app.code[0].value == '{"Version": "2012-10-17"}'
    assert app.status[0].label == "2 things to do"


def test_sagemaker__emulator_that_is_not_there_is_said(open_page, emulated):
    app = open_page("sagemaker")
    app.button(key="check_cloud").click().run()
    assert not app.exception
    assert any("Emulator: nothing reaches AWS" in each.value for each in app.info)
    assert "does not answer" in texts(app)


def test_infer__takes_instances_and_limits_for_sagemaker(open_page, dataset, emulated, monkeypatch):
    asked = []

    def start(spec):
        asked.append(spec)
        raise runs_refused

    from genie3_engine.errors import RunError

    runs_refused = RunError("no", "nothing")
    monkeypatch.setattr(runs, "start", start)
    app = open_page("infer", data=dataset)
    app.segmented_control(key="where").set_value("sagemaker").run()
    app.number_input(key="sagemaker_instances").set_value(4).run()
    app.toggle(key="sagemaker_spot").set_value(True).run()
    app.button(key="run").click().run()
    assert not app.exception
    (spec,) = asked
    assert spec.launcher == "sagemaker"
    assert spec.layout.n_threads is None
    chosen = {"instance_type": "ml.c5.2xlarge", "instances": 4, "spot": True}
    assert spec.launcher_options == runs.complete_options(CLOUD, chosen)
    assert emulated.items() <= spec.launcher_options.items()
