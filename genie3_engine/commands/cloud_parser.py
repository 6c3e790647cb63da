"""The commands of runs in the background or in a cloud."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.commands.options import add_settings, given_settings
from genie3_engine.commands.parsing import Parser, add_command, add_json
from genie3_engine.errors import OptionError
from genie3_engine.launchers.registry import (
    CLOUD,
    CLUSTER,
    LAUNCHERS,
    LOCAL,
    complete_options,
)

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands
    from genie3_engine.model import Setting

ACTIONS = ("check", "policy", "save")
CLUSTER_ACTIONS = ("check", "save")
_SUBMIT = """\
Everything that is not given is taken from what `cloud save` has kept.
  submit data.tsv --out run --instance-type ml.c5.2xlarge --instances 4 --spot
  status run;  logs run --follow;  collect run;  cleanup run"""
_CLOUD = """\
check   check what a run needs, such as credentials, region, role, bucket and quota
policy  print the policy that your user, the instances' role, or its trust needs
save    save the options given as defaults of all runs to come; none of them is a secret"""
_CLUSTER = """\
check   check what a run needs: Slurm's programs, partition, limits, and with a job of a minute
        what a node sees of the home
save    save the options given as defaults of all runs to come"""


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
    resume = _add_run(commands, "resume", "resume an interrupted run or comparison")
    add_launcher_options(resume)
    cleanup = add_command(
        commands, "cleanup", "remove leftovers of the home, or what a run has left in the cloud"
    )
    cleanup.add_argument(
        "run",
        metavar="RUN",
        type=Path,
        nargs="?",
        help="folder of a run or comparison whose objects in the cloud are deleted "
        "(default: leftovers of the home)",
    )
    cleanup.add_argument(
        "--dry-run", action="store_true", help="print the leftovers, and remove nothing"
    )
    cleanup.add_argument(
        "--shared",
        action="store_true",
        help="delete the data set and the program too, which other runs may use",
    )
    cloud = add_command(commands, "cloud", "configure and check a launcher", _CLOUD)
    cloud.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    whose = [each.value for info in LAUNCHERS.records() for each in info.policies]
    cloud.add_argument(
        "whose",
        nargs="?",
        choices=whose,
        default=whose[0],
        metavar="|".join(whose),
        help="whose policy (default: %(default)s)",
    )
    add_launcher(cloud, "launcher that is meant")
    add_launcher_options(cloud)
    add_json(cloud)
    cluster = add_command(commands, "cluster", "configure and check the cluster", _CLUSTER)
    cluster.add_argument("action", choices=CLUSTER_ACTIONS, metavar="|".join(CLUSTER_ACTIONS))
    add_settings(cluster, LAUNCHERS[CLUSTER].settings, has_defaults=False)
    cluster.set_defaults(launcher=CLUSTER)
    add_json(cluster)


def add_launcher(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the choice of a launcher."""
    parser.add_argument(
        "--launcher",
        choices=LAUNCHERS.names(),
        default=CLOUD,
        help=f"{text} (default: %(default)s)",
    )


def add_launcher_options(parser: argparse.ArgumentParser, *, has_machines: bool = True) -> None:
    """Add the options of all launchers; one that several have is added once.

    Parameters
    ----------
    parser : ArgumentParser
        Where they are added.
    has_machines : bool
        Whether the numbers of machines are among them.
    """
    seen: set[str] = set()
    for name in LAUNCHERS:
        new = [
            each
            for each in launcher_settings(name, has_machines=has_machines)
            if each.flag not in seen
        ]
        if new:
            add_settings(parser.add_argument_group(LAUNCHERS[name].label), new, has_defaults=False)
        seen |= {each.flag for each in new}


def chosen_launcher(
    args: argparse.Namespace, *, has_machines: bool = True
) -> tuple[str, dict[str, Any]]:
    """Return the launcher that is named, or whose options are given, and these options.

    Parameters
    ----------
    args : argparse.Namespace
        The options, ``launcher`` among them; None where none is named.
    has_machines : bool
        As in `add_launcher_options`.

    Raises
    ------
    OptionError
        When an option of another launcher was given, or one is wrong.
    """
    settings = {name: launcher_settings(name, has_machines=has_machines) for name in LAUNCHERS}
    named = [name for name in settings if given_settings(args, settings[name])]
    launcher = args.launcher or next(iter(named), LOCAL)
    options = given_options(args, launcher, has_machines=has_machines)
    complete_options(launcher, options)  # refuses wrong ones
    return launcher, options


def given_options(
    args: argparse.Namespace, launcher: str, *, has_machines: bool = True
) -> dict[str, Any]:
    """Return the options of a launcher that were given.

    Parameters
    ----------
    args : argparse.Namespace
        The options.
    launcher : str
        The launcher's name.
    has_machines : bool
        As in `add_launcher_options`.

    Raises
    ------
    OptionError
        When an option of another launcher was given.
    """
    settings = launcher_settings(launcher, has_machines=has_machines)
    own = {each.flag for each in settings}
    for name in LAUNCHERS:
        for each in launcher_settings(name, has_machines=has_machines):
            if each.flag not in own and given_settings(args, [each]):
                other, label = LAUNCHERS[name].label, LAUNCHERS[launcher].label
                raise OptionError(
                    f"{each.flag} is an option of {other}, not of {label}.",
                    "Leave it out, or choose another --launcher.",
                )
    return given_settings(args, settings)


def launcher_settings(launcher: str, *, has_machines: bool = True) -> list[Setting]:
    """Return the settings of a launcher, with or without its number of machines."""
    info = LAUNCHERS[launcher]
    return [each for each in info.settings if has_machines or each.name != info.machines]


def _add_submit(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    parser = add_command(
        commands, "submit", "start a run in the background, here or in a cloud", _SUBMIT
    )
    add_inference(parser)
    add_launcher(parser, "where it runs")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be sent, asked for and paid, and begin nothing",
    )
    add_launcher_options(parser)


def _add_watching(commands: Commands) -> None:
    add_json(_add_run(commands, "status", "show the status of a run or a comparison"))
    logs = _add_run(commands, "logs", "print what a run or a comparison has logged")
    logs.add_argument("--follow", action="store_true", help="go on until the run ends")
    one = logs.add_mutually_exclusive_group()
    one.add_argument("--host", metavar="NAME", help="of one host only, such as algo-2")
    one.add_argument(
        "--task",
        dest="host",
        metavar="N",
        type=_task,
        help="of one task on a cluster only, from 1",
    )
    _add_run(commands, "cancel", "ask a run or a comparison to stop; it can be resumed")
    collect = _add_run(
        commands, "collect", "bring here what a run has computed, also while it is at work"
    )
    add_json(collect)


def _task(text: str) -> str:
    """Return what lines of a task begin with; a wrong number is refused."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a task: give a number from 1")
    return f"task {int(text)}"


def _add_run(commands: Commands, name: str, text: str) -> Parser:
    parser = add_command(commands, name, text)
    parser.add_argument("run", metavar="RUN", type=Path, help="folder of a run, or of a comparison")
    return parser
