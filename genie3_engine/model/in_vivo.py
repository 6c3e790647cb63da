"""The method for data of living cells: GRNBoost2 and the precision matrix, combined."""

from __future__ import annotations

from genie3_engine.model.methods import GRNBOOST2, METHODS, PRECISION, Method

_MEMBERS = (GRNBOOST2, PRECISION)
_RECORDS = tuple(METHODS[name] for name in _MEMBERS)

METHOD = Method(
    label="In vivo",
    help=f"{' and '.join(record.label for record in _RECORDS)}, combined: the best on real "
    "compendia, and worse than GENIE3 on small simulated data.",
    phrase=f"{' and '.join(record.phrase for record in _RECORDS)}, combined",
    settings=("how", "seed"),
    paragraph="genie3_engine.reports.method_sentences:member_sentences",
    scale="larger for links that are high in both networks",
    references=tuple(paper for record in _RECORDS for paper in record.papers),
    min_samples=max(record.min_samples for record in _RECORDS),
    members=_MEMBERS,
)
