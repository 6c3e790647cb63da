"""Translate what Slurm's programs report into messages with a remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genie3_engine.errors import Genie3Error

UNREACHABLE = "slurm-unreachable"
NO_PROGRAM = "slurm-missing"
NO_JOB = "slurm-no-job"
ELSEWHERE = "slurm-elsewhere"
NO_ACCOUNTING = "slurm-no-accounting"
CREDENTIALS = "slurm-credentials"
DISABLED = "slurm-disabled"
REFUSED = "slurm-refused"
TIME = "slurm-time"

WAIT = "Wait, and try again; jobs that are submitted go on."


class SlurmError(Genie3Error):
    """A cluster that refuses or cannot be asked; what was computed so far stays resumable."""

    code = REFUSED

    @property
    def is_unanswered(self) -> bool:
        """Whether Slurm did not answer, so that it is unknown whether it has acted."""
        return self.code == UNREACHABLE


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of refusal: how it is recognised, and what the user reads."""

    code: str
    text: re.Pattern[str]
    message: str
    remedy: str


def _kind(code: str, text: str, message: str, remedy: str) -> _Kind:
    return _Kind(code, re.compile(text, re.I), message, remedy)


# The first that matches counts. The texts are those of Slurm 20.11 to 25.11.
_KINDS = (
    _kind(
        CREDENTIALS,
        r"munge|authentication (error|credential)|invalid authentication",
        "Slurm does not accept the credentials of this machine",
        "Work on a login node of the cluster, and ask its support whether munge runs there.",
    ),
    _kind(
        UNREACHABLE,
        r"unable to contact|connection (refused|timed out|reset)|socket timed out|zero bytes|"
        r"connect failure|is down|backup controller|configuration source|transport endpoint|"
        r"resource temporarily unavailable",
        "Slurm cannot be asked",
        WAIT,
    ),
    _kind(NO_JOB, r"invalid job id|job.* already completed", "Slurm has no such job any more", ""),
    _kind(
        NO_ACCOUNTING,
        r"accounting storage is disabled",
        "This cluster keeps no accounts of jobs",
        "",
    ),
    _kind(
        DISABLED,
        r"requested operation is presently disabled",
        "Slurm does not allow this job to begin again",
        "Leave out --sbatch=--no-requeue, or ask the support of the cluster for JobRequeue=1.",
    ),
    _kind(
        "slurm-partition",
        r"invalid partition|user's group not permitted|partition.*(not permitted|unavailable)|"
        r"partition configuration not available",
        "Slurm refuses the partition",
        "Choose another --partition; `sinfo` lists those that there are.",
    ),
    _kind(
        "slurm-account",
        r"invalid account|invalid user id|account.*not permitted",
        "Slurm refuses the account",
        "Give an --account of yours; `sacctmgr show associations user=$USER` lists them.",
    ),
    _kind(
        "slurm-qos",
        r"invalid qos",
        "Slurm refuses the quality of service",
        "Give another --qos; `sacctmgr show qos` lists those that there are.",
    ),
    _kind(
        "slurm-constraint",
        r"invalid feature",
        "No node has these features",
        "Give another --constraint; `sinfo -o '%f'` lists the features.",
    ),
    _kind(
        "slurm-memory",
        r"memory (specification|required)",
        "No node has so much memory",
        "Give less --memory, or another --partition.",
    ),
    _kind(
        TIME,
        r"time limit is invalid|invalid --time|time limit exceeds",
        "Slurm refuses the time limit",
        "Give a shorter --time, or another --partition.",
    ),
    _kind(
        "slurm-tasks",
        r"invalid job array|array.*(too large|exceed)",
        "Slurm refuses so many tasks",
        "Give fewer --tasks; `scontrol show config` has the limit as MaxArraySize.",
    ),
    _kind(
        "slurm-limit",
        r"violates (accounting|resource)|policy|(submit|job).*limit|too many jobs|maximum number",
        "Your account may not submit so much",
        "Wait until earlier jobs have ended, or give fewer --tasks or a shorter --time.",
    ),
    _kind(
        "slurm-nodes",
        r"node configuration is not available|more processors|node count|cpu count|"
        r"invalid node name",
        "No node of the cluster is as large as this",
        "Give fewer --cpus, less --memory, or another --partition.",
    ),
    _kind(
        "slurm-sbatch",
        r"invalid licen[sc]e|generic resource|\bgres\b|reservation|unrecognized option|"
        r"invalid option|invalid --|requires an argument|ambiguous",
        "sbatch refuses an option",
        "Change or remove that --sbatch.",
    ),
    _kind(
        "slurm-denied",
        r"access/permission denied|permission denied|not permitted|not authorized",
        "Slurm does not permit this to you",
        "Ask the support of the cluster.",
    ),
)


def refusal(program: str, text: str, *, exit_code: int = 1) -> SlurmError:
    """Return the error that a user reads when one of Slurm's programs has failed.

    Parameters
    ----------
    program : str
        The program, such as ``sbatch``.
    text : str
        What it wrote to its standard error.
    exit_code : int
        How it ended.

    Examples
    --------
    >>> error = refusal("sbatch", "sbatch: error: Invalid qos specification")
    >>> error.code, error.message
    ('slurm-qos', 'Slurm refuses the quality of service: Invalid qos specification.')
    """
    said = _said(program, text)
    for kind in _KINDS:
        if kind.text.search(said):
            return SlurmError(f"{kind.message}: {said}.", kind.remedy, code=kind.code)
    if not said:
        said = f"{program} ended with exit code {exit_code}"
    return SlurmError(f"Slurm refuses: {said}.", "Change the option that it names.", code=REFUSED)


def _said(program: str, text: str) -> str:
    """Return Slurm's own words, without the names of its programs and words without content."""
    lines = []
    for line in text.splitlines():
        words = re.sub(rf"^({program}|slurm_\w+)?:? ?(error|fatal)?: ", "", line.strip())
        words = words.removeprefix("Batch job submission failed: ").rstrip(".")
        if words and not words.startswith(("Try ", "*")):
            lines.append(words)
    return "; ".join(dict.fromkeys(lines))
