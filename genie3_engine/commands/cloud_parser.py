"""The commands of runs in the background or in a cloud."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.commands.options import add_settings, given_settings
from genie3_engine.commands.parsing import Parser, add_command, add_json
from genie3_engine.errors import OptionError
from genie3_engine.launchers.registry import CLOUD, LAUNCHERS

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

ACTIONS = ("check", "policy", "save")
WHOSE = ("user", "role", "trust")
_SUBMIT = """\
Everything that is not given is taken from what `cloud save` has kept.
  submit data.tsv --out run --instance-type ml.c5.2xlarge --instances 4 --spot
  status run;  logs run --follow;  collect run;  cleanup run"""
_CLOUD = """\
check   look at credentials, region, role, bucket and quota, one by one
policy  print the IAM policy that your user, the instances' role, or its trust needs
save    keep the options given for all runs to come; there is no secret among them"""


def add_cloud(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    """Add the commands of runs that happen elsewhere.

    Parameters
    ----------
    commands : Commands
        Where to.
    add_inference : callable
        Adds the options of ``infer`` to a parser.
    """
    _add_submit(commands, add_inference)
    _add_watching(commands)
    resume = _add_run(commands, "resume", "resume an interrupted run")
    add_launcher_options(resume)
    cleanup = _add_run(commands, "cleanup", "delete what a run has left in the cloud")
    cleanup.add_argument(
        "--shared",
        action="store_true",
        help="delete the data set and the program too, which other runs may use",
    )
    cloud = add_command(commands, "cloud", "configure and check SageMaker", _CLOUD)
    cloud.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    cloud.add_argument(
        "whose",
        nargs="?",
        choices=WHOSE,
        default="user",
        metavar="|".join(WHOSE),
        help="whose policy (default: %(default)s)",
    )
    add_launcher_options(cloud, CLOUD)
    add_json(cloud)


def add_launcher_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add the options of launchers, all by default; one that several have is added once."""
    seen: set[str] = set()
    for name in names or LAUNCHERS:
        info = LAUNCHERS[name]
        new = [each for each in info.settings if each.flag not in seen]
        if new:
            add_settings(parser.add_argument_group(info.label), new, has_defaults=False)
        seen |= {each.flag for each in new}


def given_options(args: argparse.Namespace, launcher: str) -> dict[str, Any]:
    """Return the options of a launcher that were given.

    Raises
    ------
    OptionError
        When an option of another launcher was given.
    """
    own = {each.flag for each in LAUNCHERS[launcher].settings}
    for info in LAUNCHERS.records():
        for each in info.settings:
            if each.flag not in own and given_settings(args, [each]):
                label = LAUNCHERS[launcher].label
                raise OptionError(
                    f"{each.flag} is an option of {info.label}, not of {label}.",
                    "Leave it out, or choose another --launcher.",
                )
    return given_settings(args, LAUNCHERS[launcher].settings)


def _add_submit(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    parser = add_command(
        commands, "submit", "begin a run that goes on by itself, here or in a cloud", _SUBMIT
    )
    add_inference(parser)
    parser.add_argument(
        "--launcher",
        choices=LAUNCHERS.names(),
        default=CLOUD,
        help="where it runs (default: %(default)s)",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be sent, asked for and paid, and begin nothing",
    )
    add_launcher_options(parser)


def _add_watching(commands: Commands) -> None:
    add_json(_add_run(commands, "status", "show the status of a run"))
    logs = _add_run(commands, "logs", "print what a run has logged")
    logs.add_argument("--follow", action="store_true", help="go on until the run ends")
    logs.add_argument("--host", metavar="NAME", help="of one host only, such as algo-2")
    _add_run(commands, "cancel", "ask a run to stop; it can be resumed")
    collect = _add_run(
        commands, "collect", "bring here what a run has computed, also while it is at work"
    )
    add_json(collect)


def _add_run(commands: Commands, name: str, text: str) -> Parser:
    parser = add_command(commands, name, text)
    parser.add_argument("run", metavar="RUN", type=Path, help="run folder")
    return parser
