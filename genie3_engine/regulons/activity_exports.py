"""Write the activity of regulons: TSV and Parquet, some samples at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine.errors import OptionError
from genie3_engine.regulons.activity import Activity

SAMPLE_COLUMN = "sample"


def write_tsv(activity: Activity, file: IO[bytes], *, delimiter: str = "\t") -> None:
    """Write a line per sample, a column per regulon, as ``pyscenic aucell`` does.

    Parameters
    ----------
    activity : Activity
        What is written.
    file : binary file
        Where to.
    delimiter : str
        One character.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow([SAMPLE_COLUMN, *activity.names])
    for samples, block in activity.blocks():
        names = activity.samples[samples]
        writer.writerows([name, *row] for name, row in zip(names, block.tolist(), strict=True))
        file.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    file.write(text.getvalue().encode())


def write_csv(activity: Activity, file: IO[bytes]) -> None:
    """Write the same with commas."""
    write_tsv(activity, file, delimiter=",")


def write_parquet(activity: Activity, file: IO[bytes]) -> None:
    """Write Parquet: the samples' names, and a column of float32 per regulon."""
    name = SAMPLE_COLUMN
    while name in activity.names:
        name += "_"
    regulons = [(regulon, pa.float32()) for regulon in activity.names]
    schema = pa.schema([(name, pa.string()), *regulons])
    with pq.ParquetWriter(file, schema) as writer:
        for samples, block in activity.blocks():
            columns = np.ascontiguousarray(block.T.astype(np.float32))
            names = pa.array(activity.samples[samples], pa.string())
            writer.write_table(pa.table([names, *map(pa.array, columns)], schema=schema))


@dataclass(frozen=True, slots=True)
class ActivityFormat:
    """A format that activity can be written in; fields as those of `RegulonFormat`."""

    name: str
    suffix: str
    is_text: bool
    mime: str
    write: Callable[[Activity, IO[bytes]], None]


FORMATS = {
    form.name: form
    for form in (
        ActivityFormat("tsv", ".tsv", True, "text/tab-separated-values", write_tsv),
        ActivityFormat("csv", ".csv", True, "text/csv", write_csv),
        ActivityFormat(
            "parquet", ".parquet", False, "application/vnd.apache.parquet", write_parquet
        ),
    )
}


def activity_format(name: str | None, suffix: str) -> ActivityFormat:
    """Return a format by its name, otherwise by the ending of a file's name, otherwise TSV.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if name is None:
        return next((form for form in FORMATS.values() if form.suffix == suffix), FORMATS["tsv"])
    if name not in FORMATS:
        raise OptionError(
            f"There is no format {name!r} for activity.", f"Give one of {', '.join(FORMATS)}."
        )
    return FORMATS[name]
