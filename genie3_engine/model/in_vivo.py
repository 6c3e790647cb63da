"""The method for data of living cells: GRNBoost2 and the precision matrix, combined."""

from __future__ import annotations

from genie3_engine.model.engines import COMPILED, ENGINES, ForestSize
from genie3_engine.model.methods import GRNBOOST2, METHODS, PRECISION, Method

_MEMBERS = (GRNBOOST2, PRECISION)
_RECORDS = tuple(METHODS[name] for name in _MEMBERS)


def _memory_bytes(size: ForestSize) -> float:
    """Return the bytes of the larger member; they are at work one after the other."""
    engine = ENGINES[COMPILED].memory_bytes
    return max((record.memory_bytes or engine)(size) for record in _RECORDS)


METHOD = Method(
    label="In vivo",
    help=f"{' and '.join(record.label for record in _RECORDS)}, combined: better than "
    "GENIE3 on real compendia, and worse on small simulated data.",
    phrase=f"{' and '.join(record.phrase for record in _RECORDS)}, combined",
    settings=("how", "seed"),
    paragraph="genie3_engine.reports.method_sentences:member_sentences",
    scale="larger for links that are high in both networks",
    references=tuple(paper for record in _RECORDS for paper in record.papers),
    min_samples=max(record.min_samples for record in _RECORDS),
    holds_matrix=any(record.holds_matrix for record in _RECORDS),
    memory_bytes=_memory_bytes,
    members=_MEMBERS,
    no_confidence="it combines networks, and each has evidence of its own",
)
