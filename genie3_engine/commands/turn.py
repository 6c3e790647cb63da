"""The turn of a job that a command computes here and now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from genie3_engine.commands import output
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.limits import limits_of
from genie3_engine.jobs.queue import take_ticket
from genie3_engine.launchers.machine_needs import claim_of, require_room
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.jobs.folder import JobFolder
    from genie3_engine.jobs.queue import QueueTicket
    from genie3_engine.model import LayoutSpec


def ticket_for(folder: JobFolder[Any, Any], layout: LayoutSpec) -> QueueTicket | None:
    """Take a ticket for a job where the server of the home sets limits.

    Parameters
    ----------
    folder : JobFolder
        The job.
    layout : LayoutSpec
        How it shares the cores.

    Returns
    -------
    QueueTicket or None
        None where nothing is limited: a command then begins immediately.

    Raises
    ------
    LimitError
        When the job could never begin within the limits, or these cannot be read.
    """
    if not limits_of().are_set:
        return None
    if isinstance(folder, RunFolder):
        require_room(folder)
    ticket = take_ticket(replace(claim_of(folder), n_cores=layout.n_cores(usable_cores())))
    output.note("Limits are set here: the job takes its turn in the queue.")
    return ticket
