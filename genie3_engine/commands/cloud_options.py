"""What do the options of SageMaker mean?"""

from __future__ import annotations

import argparse
import re
from typing import Any

from genie3_engine import runs
from genie3_engine.errors import OptionError
from genie3_engine.runs import SageMakerOptions

_TIME = re.compile(r"(\d+)([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SAME = (
    "instance_type",
    "instances",
    "spot",
    "image",
    "job_prefix",
    "profile",
    "region",
    "role",
    "bucket",
    "prefix",
    "create_bucket",
    "kms_key",
    "endpoint_url",
)


def given_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options of SageMaker that were given, as `SageMakerOptions` takes them.

    Raises
    ------
    OptionError
        When one of them is malformed or out of its range.
    """
    given = {name: getattr(args, name) for name in _SAME if getattr(args, name) is not None}
    if args.volume is not None:
        given["volume_gb"] = args.volume
    for name in ("max_run", "max_wait"):
        if getattr(args, name) is not None:
            given[f"{name}_seconds"] = seconds_of(
                getattr(args, name), "--" + name.replace("_", "-")
            )
    if args.subnet:
        given["subnets"] = args.subnet
    if args.security_group:
        given["security_groups"] = args.security_group
    if args.tag:
        given["tags"] = dict(_tag(text) for text in args.tag)
    return given


def options_of(args: argparse.Namespace) -> SageMakerOptions:
    """Return the options of SageMaker, those that are saved where nothing was given."""
    return SageMakerOptions.merged(runs.cloud_settings().to_dict(), given_options(args))


def seconds_of(text: str, option: str) -> int:
    """Return the seconds of ``90``, ``90s``, ``30m``, ``2h`` or ``1d``.

    Raises
    ------
    OptionError
        When it is no such time.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        raise OptionError(f"{option} is {text!r}.", "Give a time such as 90m, 2h or 1d.")
    return int(found[1]) * _SECONDS[found[2]]


def _tag(text: str) -> tuple[str, str]:
    key, is_pair, value = text.partition("=")
    if not is_pair:
        raise OptionError(f"--tag is {text!r}.", "Give NAME=VALUE.")
    return key, value
