"""What can be asked on the command line about runs that happen elsewhere?"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import Parser, add_command, add_json

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
    resume = _add_run(commands, "resume", "have what is missing of a run computed")
    add_cloud_options(resume)
    cleanup = _add_run(commands, "cleanup", "delete what a run has left in the cloud")
    cleanup.add_argument(
        "--shared",
        action="store_true",
        help="delete the data set and the program too, which other runs may use",
    )
    cloud = add_command(commands, "cloud", "prepare a cloud for runs, and look at it", _CLOUD)
    cloud.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS))
    cloud.add_argument(
        "whose",
        nargs="?",
        choices=WHOSE,
        default="user",
        metavar="|".join(WHOSE),
        help="whose policy (default: %(default)s)",
    )
    add_cloud_options(cloud)
    add_json(cloud)


def add_cloud_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of SageMaker; none has a value before somebody gives one."""
    job = parser.add_argument_group("the job").add_argument
    job("--instance-type", metavar="TYPE", help="such as ml.c5.2xlarge")
    job("--instances", type=int, metavar="N", help="instances that share the targets (default: 1)")
    job(
        "--spot",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="managed spot: cheaper, interrupted at times, resumed by itself",
    )
    job("--max-run", metavar="TIME", help="longest computing time, such as 90m or 2h (default: 1d)")
    job("--max-wait", metavar="TIME", help="with --spot, longest time in all")
    job("--volume", type=int, metavar="GB", help="disk of each instance (default: 30)")
    job("--image", metavar="URI", help="container image (default: SageMaker's scikit-learn)")
    job("--job-prefix", metavar="NAME", help="begins the job's name (default: genie3)")
    job("--tag", action="append", metavar="NAME=VALUE", help="on the job; several times")
    account = parser.add_argument_group("the account").add_argument
    account("--profile", metavar="NAME", help="of ~/.aws/config")
    account("--region", metavar="NAME", help="such as us-east-1 (default: the profile's)")
    account("--role", metavar="ARN|NAME", help="what the instances may do")
    account("--bucket", metavar="NAME", help="(default: genie3-ACCOUNT-REGION)")
    account("--prefix", metavar="FOLDER", help="in the bucket (default: genie3)")
    account(
        "--create-bucket",
        action="store_true",
        default=None,
        help="make the bucket, closed to the public and encrypted",
    )
    account("--kms-key", metavar="KEY", help="encrypts disks, uploads and results")
    account("--subnet", action="append", metavar="ID", help="of a VPC; several times")
    account("--security-group", action="append", metavar="ID", help="of a VPC; several times")
    account("--endpoint-url", metavar="URL", help="an emulator's address")


def _add_submit(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    parser = add_command(
        commands, "submit", "begin a run that goes on by itself, here or in a cloud", _SUBMIT
    )
    add_inference(parser)
    parser.add_argument(
        "--launcher",
        choices=["sagemaker", "local"],
        default="sagemaker",
        help="where it runs (default: %(default)s)",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be sent, asked for and paid, and begin nothing",
    )
    add_cloud_options(parser)


def _add_watching(commands: Commands) -> None:
    add_json(_add_run(commands, "status", "say where a run stands"))
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
