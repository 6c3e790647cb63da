"""Command ``cloud``: configure and check SageMaker."""

from __future__ import annotations

import argparse

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.options import given_settings

_FAILED = 2


def cloud(args: argparse.Namespace) -> int:
    """Look whether a cloud is ready, print a policy, or keep settings.

    Returns
    -------
    int
        0; 2 when something that a run needs is missing.
    """
    given = given_settings(args, runs.LAUNCHERS[runs.CLOUD].settings)
    options = runs.SageMakerOptions.merged(runs.cloud_settings().to_dict(), given)
    if args.action == "policy":
        output.print_pretty(runs.cloud_policy(args.whose, options))
        return 0
    if args.action == "save":
        file = runs.save_cloud_settings(options)
        print(f"Saved as defaults: {file}")
        return 0
    found = []
    for check in runs.cloud_checks(options):
        found.append(check)
        if not args.json:
            print(f"{check.name:<12}{check.state:<9}{check.message} {check.remedy}".rstrip())
            if check.policy:
                print(check.policy)
    if args.json:
        checks = [
            {name: getattr(check, name) for name in type(check).__dataclass_fields__}
            for check in found
        ]
        output.print_json({"checks": checks})
    return _FAILED if any(check.state == "missing" for check in found) else 0
