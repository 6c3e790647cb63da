"""What can be done with runs: start, watch, cancel, resume, delete?"""

from __future__ import annotations

from genie3_engine.data.choices import prepare_spec
from genie3_engine.inference.cores import usable_cores
from genie3_engine.runs.lifecycle import (
    cancel,
    create,
    delete,
    infer,
    new_id,
    resume,
    start,
    status,
)
from genie3_engine.runs.listing import RunSummary, history, log_tail, timings
from genie3_engine.store.datasets import DatasetInfo, list_datasets, open_dataset, save_dataset

__all__ = [
    "DatasetInfo",
    "RunSummary",
    "cancel",
    "create",
    "delete",
    "history",
    "infer",
    "list_datasets",
    "log_tail",
    "new_id",
    "open_dataset",
    "prepare_spec",
    "resume",
    "save_dataset",
    "start",
    "status",
    "timings",
    "usable_cores",
]
