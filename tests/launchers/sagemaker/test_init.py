from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.sagemaker import INFO
from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher


def test_info__creates_the_launcher_of_a_home(tmp_path):
    launcher = INFO.create(tmp_path)
    assert isinstance(launcher, SageMakerLauncher)
    assert launcher.name == "sagemaker"


def test_info__completes_options_to_all_of_them():
    found = INFO.complete({"instances": 2}, {"instances": 3, "bucket": "mine-1"})
    assert (found["instances"], found["bucket"]) == (2, "mine-1")
    assert found.keys() == {each.name for each in INFO.settings}
    with pytest.raises(OptionError, match="no option"):
        INFO.complete({"colour": "red"}, {})


def test_info__knows_the_cores_of_a_type_of_the_catalogue():
    assert INFO.cores({"instance_type": "ml.c5.4xlarge"}) == 16
    assert INFO.cores({"instance_type": "ml.none.such"}) is None
    assert INFO.cores({}) is None


def test_info__notices_an_emulator_and_a_missing_role():
    assert "nothing reaches AWS" in INFO.notice({"endpoint_url": "http://localhost:1"})
    assert "role" in INFO.notice({})
    assert INFO.notice({"role": "mine"}) == ""


def test_info__asks_for_prices_where_the_options_say():
    assert INFO.prices({"region": "eu-west-1"}).region == "eu-west-1"


def test_info__names_policies_that_there_are(home):
    launcher = INFO.create(None)
    for each in INFO.policies:
        assert launcher.policy(each.value, {"region": "us-east-1", "bucket": "b-1"})["Statement"]
    with pytest.raises(OptionError, match="no policy 'king'"):
        launcher.policy("king", {})


def test_info__names_its_number_of_machines():
    assert INFO.machines in {each.name for each in INFO.settings}
    assert INFO.settings[0].words[0] == "ml.c5.2xlarge"
