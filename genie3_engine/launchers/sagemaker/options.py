"""The options of a run on SageMaker, each declared once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from genie3_engine.errors import OptionError
from genie3_engine.launchers.options import LauncherOptions
from genie3_engine.model.settings import Choice, setting

HOUR = 3600
LONGEST_RUN_SECONDS = 28 * 24 * HOUR
MOST_INSTANCES = 100
POLICIES = (
    Choice("user", "You", "What your own user or role must be allowed, and nothing more."),
    Choice("role", "The instances", "What the role of the instances must be allowed."),
    Choice("trust", "Trust", "Who may take that role: SageMaker, for your account."),
)
_USUAL_TYPE = "ml.c5.2xlarge"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TAG = re.compile(r"[\w\s.:/=+\-@]*")


def _instance_types() -> tuple[Choice, ...]:
    """Return the types of the catalogue, the usual one first."""
    from genie3_engine import planning

    names = [each.name for each in planning.catalogue().instances]
    return tuple(Choice(name, name) for name in sorted(names, key=lambda name: name != _USUAL_TYPE))


@dataclass(frozen=True, slots=True)
class SageMakerOptions(LauncherOptions):
    """Options of a run on SageMaker; none of them is a credential.

    Each field declares a setting, of which the command line, the forms, the validation and a run's
    details are made.

    Raises
    ------
    OptionError
        When a value is not allowed, or two do not go together.
    """

    place = "SageMaker"

    instance_type: str = setting(
        "Instance type",
        "Instance type, such as ml.c5.2xlarge.",
        "",
        choices=_instance_types,
        pattern=r"ml\.[a-z0-9-]+\.[a-z0-9-]+",
        example="a type such as ml.c5.2xlarge",
        metavar="TYPE",
    )
    instances: int = setting(
        "Instances",
        "Instances that share the targets: twice as many take about half the time.",
        1,
        kind="integer",
        minimum=1,
        maximum=MOST_INSTANCES,
        metavar="N",
    )
    spot: bool = setting(
        "Spot instances",
        "Managed spot instances: cheaper, interrupted at times and resumed by the service.",
        False,
        kind="boolean",
    )
    max_run_seconds: int = setting(
        "Maximum run time",
        "Longest computing time, such as 90m or 2h.",
        24 * HOUR,
        kind="duration",
        minimum=60,
        maximum=LONGEST_RUN_SECONDS,
        flag="--max-run",
    )
    max_wait_seconds: int | None = setting(
        "Maximum time including queue",
        "Longest time of spot instances, including the wait for capacity.",
        None,
        kind="duration",
        minimum=60,
        maximum=LONGEST_RUN_SECONDS,
        unset="twice the longest computing time, at most a day more",
        flag="--max-wait",
    )
    volume_gb: int = setting(
        "Disk",
        "Disk of each instance.",
        30,
        kind="integer",
        minimum=1,
        maximum=16384,
        unit="GB",
        flag="--volume",
        metavar="GB",
    )
    profile: str = setting(
        "Profile",
        "Profile of ~/.aws/config.",
        "",
        metavar="NAME",
        is_advanced=True,
    )
    region: str = setting(
        "Region",
        "AWS region, such as us-east-1 (default: the profile's).",
        "",
        pattern=r"[a-z]{2}(-[a-z]+)+-\d",
        example="a region such as us-east-1",
        metavar="NAME",
        is_advanced=True,
    )
    role: str = setting(
        "Role of the instances",
        "IAM role of the instances.",
        "",
        pattern=r"(arn:aws[a-z-]*:iam::\d{12}:role/)?[\w+=,.@/-]{1,512}",
        example="a role's ARN or its name",
        metavar="ARN|NAME",
        is_advanced=True,
    )
    bucket: str = setting(
        "Bucket",
        "S3 bucket (default: genie3-ACCOUNT-REGION).",
        "",
        pattern=r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        example="a bucket's name, without s3://",
        metavar="NAME",
        is_advanced=True,
    )
    create_bucket: bool = setting(
        "Create the bucket if missing",
        "Create the bucket if missing, closed to the public and encrypted.",
        False,
        kind="boolean",
        is_advanced=True,
    )
    endpoint_url: str = setting(
        "Endpoint",
        "Address of an emulator; AWS where none is given.",
        "",
        placeholder="such as http://localhost:5956",
        pattern=r"https?://[^\s/]+/?",
        example="an address such as http://localhost:5055",
        metavar="URL",
        is_advanced=True,
    )
    subnets: tuple[str, ...] = setting(
        "Subnets",
        "Subnets of a VPC that the instances join.",
        (),
        kind="list",
        flag="--subnet",
        metavar="ID",
        is_advanced=True,
    )
    security_groups: tuple[str, ...] = setting(
        "Security groups",
        "Security groups of a VPC that the instances join.",
        (),
        kind="list",
        flag="--security-group",
        metavar="ID",
        is_advanced=True,
    )
    kms_key: str = setting(
        "KMS key",
        "Key that encrypts disks, uploads and results.",
        "",
        pattern=r"[a-zA-Z0-9:/_-]{1,2048}",
        example="a key's ARN, id or alias",
        metavar="KEY",
        is_advanced=True,
    )
    image: str = setting(
        "Container image",
        "Container image (default: SageMaker's scikit-learn).",
        "",
        pattern=r"[\w.:/@-]{1,255}",
        example="an image's address in a registry",
        metavar="URI",
        is_advanced=True,
    )
    prefix: str = setting(
        "Folder in the bucket",
        "Where data, programs and results of runs are stored.",
        "genie3",
        pattern=r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*",
        example="a folder such as genie3",
        metavar="FOLDER",
        is_advanced=True,
    )
    job_prefix: str = setting(
        "Job prefix",
        "Begins the names of training jobs.",
        "genie3",
        pattern=r"(?=.{1,30}$)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,29}",
        example="letters, digits and hyphens between them, 30 at most",
        metavar="NAME",
        is_advanced=True,
    )
    tags: dict[str, str] = setting(
        "Tags",
        "Tag of the training job, for the bill.",
        {},
        kind="mapping",
        flag="--tag",
        is_advanced=True,
    )
    experiment: str = setting(
        "Experiment",
        "Name of the experiment that the run is part of, as a tag for the bill.",
        "",
        metavar="NAME",
        is_advanced=True,
    )

    def __post_init__(self) -> None:
        """Require values that a job can have."""
        LauncherOptions.__post_init__(self)  # slots break super() in Python 3.11
        self._check_waiting()
        if bool(self.subnets) != bool(self.security_groups):
            raise OptionError(
                "A VPC needs both subnets and security groups; one of them is not given.",
                "Give both --subnet and --security-group, or neither.",
            )
        if len(self.tags) > 45:
            raise OptionError(f"There are {len(self.tags)} tags.", "Give 45 at most.")
        for key, value in self.tags.items():
            if not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:"):
                raise OptionError(
                    f"AWS does not allow the tag {key[:40]!r}.",
                    "Give a name of 1 to 128 characters, not beginning with aws:, and a value of "
                    "256 at most.",
                )
            if not (_TAG.fullmatch(key) and _TAG.fullmatch(value)):
                raise OptionError(
                    f"The tag {key!r} has characters that AWS does not allow.",
                    "Use letters, digits, spaces and _.:/=+-@.",
                )

    def _check_waiting(self) -> None:
        if self.max_wait_seconds is None:
            return
        if not self.spot:
            raise OptionError(
                "--max-wait is for spot instances only.", "Add --spot, or leave --max-wait out."
            )
        if self.max_run_seconds > self.max_wait_seconds:
            raise OptionError(
                f"--max-wait is {self.max_wait_seconds}, --max-run {self.max_run_seconds}.",
                "The waiting time includes the run time: give at least as much.",
            )

    @property
    def is_emulator(self) -> bool:
        """True when the address is on this machine: nothing is sent to AWS, nothing costs."""
        return bool(self.endpoint_url) and urlsplit(self.endpoint_url).hostname in _LOOPBACK

    @property
    def longest_wait_seconds(self) -> int | None:
        """Longest time in all of a spot job; None for any other."""
        if not self.spot:
            return None
        if self.max_wait_seconds is not None:
            return self.max_wait_seconds
        more = min(self.max_run_seconds, 24 * HOUR)
        return min(self.max_run_seconds + more, LONGEST_RUN_SECONDS)

    @classmethod
    def merged(cls, saved: Mapping[str, Any], given: Mapping[str, Any]) -> SageMakerOptions:
        """Return the options that were given, and the saved ones where nothing was.

        Parameters
        ----------
        saved, given : mapping
            As `to_dict` returns them. What was given holds even where it is a default: one
            instance is one, whatever number is saved.

        Raises
        ------
        OptionError
            When a name is unknown, or the values do not go together.
        """
        values = dict(saved)
        if given.get("spot") is False:  # a longest wait is for spot only
            values.pop("max_wait_seconds", None)
        return cls.from_dict({**values, **given})
