"""The chosen data set, and what the pages show of it in one line."""

from __future__ import annotations

from genie3_engine import labels, runs
from genie3_engine.data.regulator_lists import list_of_provenance
from genie3_engine.runs import DatasetInfo
from ui import errors, layout, navigation, state, text_format


def chosen() -> DatasetInfo | None:
    """Return the chosen data set, the newest where none is; show where to get one otherwise."""
    dataset = state.get(state.DATASET)
    if dataset is None:  # the newest, as its box shows
        dataset = next((each.fingerprint for each in runs.list_datasets()), None)
    if dataset is not None:
        with errors.shown():
            return runs.dataset_info(dataset)
    layout.empty(
        "**No data yet.** Choose an expression table first.",
        (navigation.DATA, "Choose data", ":material/table:"),
        (navigation.HOME, "Try the sample", ":material/science:"),
    )
    return None


def described(
    info: DatasetInfo, regulators: tuple[str, ...] | None, regulators_from: str = ""
) -> str:
    """Return name, shape and candidate regulators as Markdown.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    regulators : tuple of str or None
        Candidate regulators; None means all genes.
    regulators_from : str
        Where they come from; empty for a list of the user's own.
    """
    return (
        f"**{text_format.plain(info.name or 'Data')}**  \n"
        f"{labels.count(info.n_genes, 'gene')} in "
        f"{labels.count(info.n_samples, 'sample')} · {_candidates(regulators, regulators_from)}"
    )


def _candidates(regulators: tuple[str, ...] | None, regulators_from: str) -> str:
    if regulators is None:
        return "every gene is a candidate regulator"
    listed = list_of_provenance(regulators_from)
    if listed is not None:
        return f"{labels.count(len(regulators), 'regulator')}: {text_format.plain(listed.phrase)}"
    chosen_from = text_format.plain(regulators_from or "your list", at_most=60)
    return f"{labels.count(len(regulators), 'regulator')} from {chosen_from}"
