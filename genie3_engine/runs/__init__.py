"""Start, watch, cancel, resume and delete runs."""

from __future__ import annotations

from genie3_engine.datasets.catalogue import DatasetInfo, list_datasets
from genie3_engine.datasets.store import open_dataset, save_dataset
from genie3_engine.datasets.uploads import Upload, delete_upload, keep_upload, open_upload
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.labels import RunLabels
from genie3_engine.launchers.base import Check as CloudCheck
from genie3_engine.launchers.base import LauncherInfo, LaunchPlan
from genie3_engine.launchers.registry import CLOUD, LAUNCHERS, LOCAL, launcher_rows
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import CloudView
from genie3_engine.runs.clouds import (
    change_options,
    clean_cloud,
    cloud,
    cloud_checks,
    cloud_plan,
    cloud_policy,
    cloud_settings,
    collect,
    collect_partial,
    host_log,
    live_prices,
    log,
    partial_links,
    save_cloud_settings,
    wait_until_collected,
)
from genie3_engine.runs.datasets import (
    choose_regulators,
    dataset,
    delete_data,
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
from genie3_engine.runs.run_settings import build_run_spec

__all__ = [
    "CLOUD",
    "LAUNCHERS",
    "LOCAL",
    "SAMPLE_FOREST",
    "CloudCheck",
    "CloudView",
    "DatasetInfo",
    "LaunchPlan",
    "LauncherInfo",
    "RunLabels",
    "RunSummary",
    "SageMakerOptions",
    "Upload",
    "build_run_spec",
    "cancel",
    "change_options",
    "choose_regulators",
    "clean_cloud",
    "cloud",
    "cloud_checks",
    "cloud_plan",
    "cloud_policy",
    "cloud_settings",
    "collect",
    "collect_partial",
    "create",
    "dataset",
    "delete",
    "delete_data",
    "delete_upload",
    "drop_upload",
    "history",
    "host_log",
    "infer",
    "keep_upload",
    "label",
    "label_dataset",
    "labels",
    "launcher_of",
    "launcher_rows",
    "list_datasets",
    "live_prices",
    "log",
    "log_tail",
    "n_before",
    "new_id",
    "open_dataset",
    "open_upload",
    "partial_links",
    "remember_reading",
    "resume",
    "runs_using",
    "save_cloud_settings",
    "save_dataset",
    "shipped_run",
    "start",
    "status",
    "timings",
    "usable_cores",
    "wait_until_collected",
]
