"""What does a look at one thing that a run needs come to?"""

from __future__ import annotations

from dataclasses import dataclass

OK, MISSING, UNKNOWN = "ok", "missing", "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs, and whether it is there.

    Parameters
    ----------
    name : str
        credentials, region, role, bucket or quota.
    state : str
        ``ok``, ``missing``, or ``unknown`` when it could not be looked at.
    message : str
        What was found.
    remedy : str
        What to do.
    policy : str
        The IAM policy to add, as JSON; empty when none helps.
    """

    name: str
    state: str
    message: str
    remedy: str = ""
    policy: str = ""
