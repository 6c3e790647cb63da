"""Gold standards: those of the person at work, also for runs that others share."""

from __future__ import annotations

from contextlib import suppress

from genie3_engine import runs
from genie3_engine.errors import InputError
from genie3_engine.runs import Upload
from ui import cache, people, state


def known(dataset: str) -> Upload | None:
    """Return the gold standard last used in this session for a data set, or the sample's own."""
    upload = state.gold_of(dataset)
    if upload is not None:
        with suppress(InputError):  # it may have been deleted
            return opened(upload)
    return cache.sample_truth() if cache.is_sample(dataset) else None


def opened(upload: str) -> Upload:
    """Return a gold standard of the person at work.

    Raises
    ------
    InputError
        When there is none with this identifier.
    """
    with people.at_own_home():
        return runs.open_upload(upload)
