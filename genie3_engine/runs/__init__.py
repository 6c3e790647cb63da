"""What can be done with runs: start, watch, cancel, resume, delete?"""

from __future__ import annotations

from genie3_engine.data.choices import prepare_spec
from genie3_engine.inference.cores import usable_cores
from genie3_engine.runs.datasets import (
    choose_regulators,
    dataset,
    delete_data,
    label_dataset,
    remember_reading,
    runs_using,
)
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
from genie3_engine.runs.listing import (
    RunSummary,
    history,
    label,
    labels,
    log_tail,
    n_before,
    timings,
)
from genie3_engine.runs.places import Place, places
from genie3_engine.store.dataset_list import DatasetInfo, list_datasets
from genie3_engine.store.datasets import open_dataset, save_dataset
from genie3_engine.store.labels import RunLabels
from genie3_engine.store.uploads import Upload, delete_upload, keep_upload, open_upload

__all__ = [
    "DatasetInfo",
    "Place",
    "RunLabels",
    "RunSummary",
    "Upload",
    "cancel",
    "choose_regulators",
    "create",
    "dataset",
    "delete",
    "delete_data",
    "delete_upload",
    "history",
    "infer",
    "keep_upload",
    "label",
    "label_dataset",
    "labels",
    "list_datasets",
    "log_tail",
    "n_before",
    "new_id",
    "open_dataset",
    "open_upload",
    "places",
    "prepare_spec",
    "remember_reading",
    "resume",
    "runs_using",
    "save_dataset",
    "start",
    "status",
    "timings",
    "usable_cores",
]
