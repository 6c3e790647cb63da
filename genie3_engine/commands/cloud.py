"""Command ``cloud``: configure and check a launcher."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from genie3_engine import runs
from genie3_engine.commands import output
from genie3_engine.commands.cloud_parser import given_options

_FAILED = 2


def cloud(args: argparse.Namespace) -> int:
    """Check the setup of a launcher, print a policy, or save options as defaults.

    Returns
    -------
    int
        0; 2 when something that a run needs is missing.
    """
    info, given = runs.LAUNCHERS[args.launcher], given_options(args, args.launcher)
    if args.action == "save":  # in place of options that cannot be read, too
        options = info.complete(given, runs.saved_options(args.launcher))
        print(f"Saved as defaults: {runs.save_options(args.launcher, options)}")
        return 0
    options = runs.complete_options(args.launcher, given)
    launcher = info.create(None)
    if args.action == "policy":
        output.print_pretty(launcher.policy(args.whose, options))
        return 0
    checks = []
    for check in launcher.checks(options):
        checks.append(check)
        if not args.json:
            print(f"{check.name:<12}{check.state:<9}{check.message} {check.remedy}".rstrip())
            if check.policy:
                print(check.policy)
    if args.json:
        output.print_json({"checks": [asdict(check) for check in checks]})
    return _FAILED if any(check.state == "missing" for check in checks) else 0
