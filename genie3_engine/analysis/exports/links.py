"""What does an export need to know of the links it writes?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa

from genie3_engine.model import ImportanceScale

SCORE_COLUMNS = {
    ImportanceScale.RAW: "importance",
    ImportanceScale.SHARE: "share",
    ImportanceScale.RANK: "rank",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Ranked links that can be read as often as an export likes.

    Parameters
    ----------
    batches : callable
        Starts the links anew: record batches whose first three columns are the regulator and the
        target (strings, plain or dictionary-encoded) and the score; strongest first.
    scale : ImportanceScale
        The scale of the score. It names the score's column in every export: ``importance`` is
        GENIE3's own scale, ``share`` sums to 1 over a target's links, ``rank`` counts from 1.
    """

    batches: Callable[[], Iterable[pa.RecordBatch]]
    scale: ImportanceScale = ImportanceScale.RAW

    @property
    def score_column(self) -> str:
        """The score's name in the export."""
        return SCORE_COLUMNS[self.scale]

    @property
    def score_meaning(self) -> str:
        """What the score is, in one sentence."""
        return {
            ImportanceScale.RAW: "importance: share of the target's variance removed by the"
            " regulator's splits, averaged over trees",
            ImportanceScale.SHARE: "share: importance over the sum of the target's links",
            ImportanceScale.RANK: "rank: 1 is the strongest link",
        }[self.scale]
