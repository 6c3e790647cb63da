"""Gold standards that are known for a data set."""

from __future__ import annotations

from contextlib import suppress

from genie3_engine import runs
from genie3_engine.errors import InputError
from genie3_engine.runs import Upload
from ui import cache, state


def known(dataset: str) -> Upload | None:
    """Return the gold standard last used in this session for a data set, or the sample's own."""
    upload = state.gold_of(dataset)
    if upload is not None:
        with suppress(InputError):  # it may have been deleted
            return runs.open_upload(upload)
    return cache.sample_truth() if cache.is_sample(dataset) else None
