from __future__ import annotations

import pytest

from genie3_engine.commands.cloud_parser import ACTIONS, given_options, launcher_settings
from genie3_engine.commands.parser import build_parser
from genie3_engine.errors import OptionError


def parsed(*words):
    return build_parser().parse_args(words)


@pytest.mark.parametrize("action", ACTIONS)
def test_cloud__has_its_actions(action):
    args = parsed("cloud", action, "--bucket", "mine-1")
    assert (args.action, args.whose, args.launcher) == (action, "user", "sagemaker")
    assert given_options(args, args.launcher) == {"bucket": "mine-1"}


def test_cloud__takes_no_other_action_and_no_other_policy():
    with pytest.raises(OptionError, match="dance"):
        parsed("cloud", "dance")
    with pytest.raises(OptionError, match="king"):
        parsed("cloud", "policy", "king")


@pytest.mark.parametrize("command", ["status", "logs", "cancel", "collect", "resume", "cleanup"])
def test_commands__of_a_run_take_its_folder(command):
    assert parsed(command, "folder").run.name == "folder"


def test_submit__takes_the_options_of_a_launcher_and_of_no_other():
    args = parsed("submit", "x.tsv", "--out", "run", "--spot", "--max-run", "2h")
    assert given_options(args, args.launcher) == {"spot": True, "max_run_seconds": 7200}
    with pytest.raises(OptionError, match="--max-run is an option of SageMaker, not of This"):
        given_options(parsed("submit", "x", "--out", "run", "--max-run", "2h"), "local")


def test_launcher_settings__leave_the_number_of_machines_out_where_it_is_asked_elsewhere():
    names = [each.name for each in launcher_settings("sagemaker")]
    assert "instances" in names
    names.remove("instances")
    assert names == [each.name for each in launcher_settings("sagemaker", has_machines=False)]
