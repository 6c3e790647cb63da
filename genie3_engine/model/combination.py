"""The method of a run that combines other runs."""

from __future__ import annotations

from genie3_engine.model.methods import Method

METHOD = Method(
    label="Combination",
    help="Finished runs, and lists of other tools, combined into one.",
    phrase="a combination of several lists",
    settings=("how",),
    paragraph="genie3_engine.reports.method_sentences:combination_sentences",
    scale="larger for links that are high in the lists that were combined",
    no_confidence="it combines lists, and each has evidence of its own",
)
