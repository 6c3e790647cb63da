"""What does a run on SageMaker need to be told, and what of it makes no sense?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from genie3_engine.errors import OptionError

HOUR = 3600
LONGEST_RUN_SECONDS = 28 * 24 * HOUR
MOST_INSTANCES = 100
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PATTERNS = {
    "instance_type": (r"ml\.[a-z0-9-]+\.[a-z0-9-]+", "a type such as ml.c5.2xlarge"),
    "job_prefix": (
        r"(?=.{1,30}$)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,29}",
        "letters, digits and hyphens between them, 30 at most",
    ),
    "bucket": (r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "a bucket's name, without s3://"),
    "prefix": (r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", "a folder such as genie3"),
    "region": (r"[a-z]{2}(-[a-z]+)+-\d", "a region such as us-east-1"),
    "role": (
        r"(arn:aws[a-z-]*:iam::\d{12}:role/)?[\w+=,.@/-]{1,512}",
        "a role's ARN or its name",
    ),
    "kms_key": (r"[a-zA-Z0-9:/_-]{1,2048}", "a key's ARN, id or alias"),
    "image": (r"[\w.:/@-]{1,255}", "an image's address in a registry"),
    "endpoint_url": (r"https?://[^\s/]+/?", "an address such as http://localhost:5055"),
}
_TAG = re.compile(r"[\w\s.:/=+\-@]*")


@dataclass(frozen=True, slots=True)
class SageMakerOptions:
    """What a run on SageMaker needs to be told; a secret is never among it.

    Parameters
    ----------
    instance_type : str
        Such as ``ml.c5.2xlarge``.
    instances : int
        How many of them share the targets.
    spot : bool
        Managed spot: cheaper, interrupted at times, and resumed by the service.
    max_run_seconds : int
        Longest computing time of the job.
    max_wait_seconds : int or None
        With spot, longest time in all, waiting for capacity included; None takes twice the longest
        computing time, a day more at most.
    volume_gb : int
        Disk of each instance.
    subnets, security_groups : tuple of str
        The VPC that the instances are in; none by default.
    kms_key : str
        Encrypts disks and results; the service's own key by default.
    tags : dict
        On the training job, for the bill.
    job_prefix : str
        Begins the job's name.
    image : str
        The container's image; SageMaker's own for scikit-learn, of the region, by default.
    profile, region : str
        Of the user's AWS configuration; its defaults when empty.
    role : str
        What the instances may do: the ARN or the name of an IAM role.
    bucket, prefix : str
        Where data, program and results lie in S3.
    endpoint_url : str
        Another address for every service: an emulator.
    create_bucket : bool
        Whether the bucket may be made, closed to the public and encrypted.
    experiment : str
        Names the layouts of one data set that are compared.

    Raises
    ------
    OptionError
        When a value is out of its range.
    """

    instance_type: str = ""
    instances: int = 1
    spot: bool = False
    max_run_seconds: int = 24 * HOUR
    max_wait_seconds: int | None = None
    volume_gb: int = 30
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    kms_key: str = ""
    tags: dict[str, str] = field(default_factory=dict, hash=False)
    job_prefix: str = "genie3"
    image: str = ""
    profile: str = ""
    region: str = ""
    role: str = ""
    bucket: str = ""
    prefix: str = "genie3"
    endpoint_url: str = ""
    create_bucket: bool = False
    experiment: str = ""

    def __post_init__(self) -> None:
        """Refuse what no job can have."""
        for name, (pattern, wanted) in _PATTERNS.items():
            value = getattr(self, name)
            if value and not re.fullmatch(pattern, value):
                raise OptionError(f"{_option(name)} is {value!r}.", f"Give {wanted}.")
        self._refuse_counts()
        if bool(self.subnets) != bool(self.security_groups):
            raise OptionError(
                "A VPC takes subnets and security groups; one of them is not given.",
                "Give both --subnet and --security-group, or neither.",
            )
        if len(self.tags) > 45:
            raise OptionError(f"There are {len(self.tags)} tags.", "Give 45 at most.")
        for key, value in self.tags.items():
            if not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:"):
                raise OptionError(
                    f"The tag {key[:40]!r} is none that AWS takes.",
                    "Give a name of 1 to 128 characters, not beginning with aws:, and a value of "
                    "256 at most.",
                )
            if not (_TAG.fullmatch(key) and _TAG.fullmatch(value)):
                raise OptionError(
                    f"The tag {key!r} has signs that AWS does not take.",
                    "Use letters, digits, spaces and _.:/=+-@.",
                )

    def _refuse_counts(self) -> None:
        longest = LONGEST_RUN_SECONDS
        for name, value, least, most in (
            ("instances", self.instances, 1, MOST_INSTANCES),
            ("max_run_seconds", self.max_run_seconds, 60, longest),
            ("volume_gb", self.volume_gb, 1, 16384),
        ):
            if not least <= value <= most:
                raise OptionError(
                    f"{_option(name)} is {value}.", f"Give a number from {least:,} to {most:,}."
                )
        if self.max_wait_seconds is None:
            return
        if not self.spot:
            raise OptionError(
                "--max-wait is for spot instances only.", "Add --spot, or leave --max-wait out."
            )
        if not self.max_run_seconds <= self.max_wait_seconds <= longest:
            raise OptionError(
                f"--max-wait is {self.max_wait_seconds}, --max-run {self.max_run_seconds}.",
                "Waiting includes running: give at least as much, and 28 days at most.",
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

    def require(self) -> None:
        """Refuse to begin without what nobody can guess."""
        if not self.instance_type:
            raise OptionError(
                "No instance type is given.", "Give --instance-type, such as ml.c5.2xlarge."
            )

    def to_dict(self, *, is_whole: bool = False) -> dict[str, Any]:
        """Return what differs from the defaults, as plain JSON values.

        Parameters
        ----------
        is_whole : bool
            Whether defaults are told too: somebody has chosen them, and no saved setting may
            take their place.
        """
        plain = SageMakerOptions()
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if is_whole or value != getattr(plain, name)
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SageMakerOptions:
        """Rebuild options from `to_dict`'s values.

        Raises
        ------
        OptionError
            When a name is unknown or a value is of the wrong kind or out of its range.
        """
        plain = cls()
        known = {each.name for each in fields(cls)}
        read: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise OptionError(f"SageMaker has no option {name!r}.", "Leave it out.")
            kind = type(getattr(plain, name))
            if kind is tuple:
                read[name] = tuple(str(item) for item in value)
            elif name == "max_wait_seconds":
                read[name] = None if value is None else int(value)
            elif isinstance(value, kind):
                read[name] = dict(value) if kind is dict else value
            else:
                raise OptionError(f"{_option(name)} is {value!r}.", f"Give a {kind.__name__}.")
        return cls(**read)

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


def _option(name: str) -> str:
    """Return what the command line calls an option."""
    return "--" + name.removesuffix("_seconds").replace("_", "-")
