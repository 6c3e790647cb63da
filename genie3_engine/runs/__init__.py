"""Start, watch, cancel, resume and delete runs."""

from __future__ import annotations

from genie3_engine.confidence.requirements import require_confidence
from genie3_engine.datasets.catalogue import DatasetInfo, dataset_info, list_datasets
from genie3_engine.datasets.gene_set_library import (
    KeptSets,
    describe_gene_sets,
    keep_gene_sets,
    list_gene_sets,
    open_gene_sets,
)
from genie3_engine.datasets.gene_tables import gene_table
from genie3_engine.datasets.store import open_dataset, sample_annotations, save_dataset
from genie3_engine.datasets.uploads import Upload, delete_upload, keep_upload, open_upload
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.labels import RunLabels
from genie3_engine.jobs.limits import Limits, limit_rows
from genie3_engine.jobs.limits import limits_of as server_limits
from genie3_engine.jobs.queue import Place
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.launchers.base import Check, Figure, Host, JobView, LauncherInfo, LaunchPlan
from genie3_engine.launchers.registry import (
    CLOUD,
    CLUSTER,
    LAUNCHERS,
    LOCAL,
    complete_options,
    launcher_rows,
    save_options,
    saved_options,
    todays_catalogue,
)
from genie3_engine.runs.collection import collect, partial_links
from genie3_engine.runs.confidence import (
    add_confidence,
    cancel_confidence,
    confidence_seconds,
    confidence_status,
    create_confidence,
)
from genie3_engine.runs.datasets import (
    attach_gene_table,
    choose_regulators,
    delete_data,
    delete_gene_sets,
    drop_upload,
    label_dataset,
    remember_reading,
    runs_using,
)
from genie3_engine.runs.example_run import SAMPLE_FOREST, shipped_run
from genie3_engine.runs.launcher_lookup import launcher_of
from genie3_engine.runs.lifecycle import (
    cancel,
    create,
    delete,
    infer,
    refusal,
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
    members,
    notes,
    place_in_queue,
    timings,
    with_members,
)
from genie3_engine.runs.needs import job_that_needs, needed_data, needed_runs
from genie3_engine.runs.run_settings import build_run_spec

__all__ = [
    "CLOUD",
    "CLUSTER",
    "LAUNCHERS",
    "LOCAL",
    "SAMPLE_FOREST",
    "Check",
    "DatasetInfo",
    "Figure",
    "Host",
    "JobView",
    "KeptSets",
    "LaunchPlan",
    "LauncherInfo",
    "Limits",
    "Place",
    "RunLabels",
    "RunSummary",
    "Upload",
    "add_confidence",
    "attach_gene_table",
    "build_run_spec",
    "cancel",
    "cancel_confidence",
    "choose_regulators",
    "collect",
    "complete_options",
    "confidence_seconds",
    "confidence_status",
    "create",
    "create_confidence",
    "dataset_info",
    "delete",
    "delete_data",
    "delete_gene_sets",
    "delete_upload",
    "describe_gene_sets",
    "drop_upload",
    "gene_table",
    "history",
    "infer",
    "job_that_needs",
    "keep_gene_sets",
    "keep_upload",
    "label",
    "label_dataset",
    "labels",
    "launcher_of",
    "launcher_rows",
    "limit_rows",
    "list_datasets",
    "list_gene_sets",
    "log_tail",
    "members",
    "needed_data",
    "needed_runs",
    "notes",
    "open_dataset",
    "open_gene_sets",
    "open_stored",
    "open_upload",
    "partial_links",
    "place_in_queue",
    "refusal",
    "remember_reading",
    "require_confidence",
    "resume",
    "runs_using",
    "sample_annotations",
    "save_dataset",
    "save_options",
    "saved_options",
    "server_limits",
    "shipped_run",
    "start",
    "status",
    "timings",
    "todays_catalogue",
    "usable_cores",
    "with_members",
]
