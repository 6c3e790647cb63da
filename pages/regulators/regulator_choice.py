"""Choice of a data set's candidate regulators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.data.decisions import Certainty
from genie3_engine.data.name_lists import AUTO, ChosenNames, NameList, read_list
from genie3_engine.data.regulator_lists import REGULATOR_LISTS, ListMatch, list_of_provenance
from genie3_engine.data.regulators import Match, identified, match_names
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import DatasetInfo
from pages.regulators import every_gene, regulator_filter, shipped_lists
from ui import actions, errors, state, text_format, uploads

SHIPPED, UPLOAD, PASTE = "A list of the program", "Upload a list", "Paste a list"
PICK, ALL = "Pick by a filter", "All genes"
_CHOICE = "regulator_choice"  # whose errors are shown once
_FILE = "regulator_file"
_COLUMN = "regulator_column"
_DETECT = "Detect"
_MOST_SHOWN = 1_000


def choose(info: DatasetInfo, genes: Sequence[str], proposed: ListMatch | None) -> None:
    """Ask for the candidate regulators and show how many of them are in the data.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    genes : sequence of str
        Its genes.
    proposed : ListMatch or None
        The list of the program that matches most of them.
    """
    key = _kind_key(info)
    state.default(key, _stored_kind(info))
    kind = st.segmented_control(
        "Candidate regulators",
        [SHIPPED, UPLOAD, PASTE, PICK, ALL],
        required=True,
        key=key,
        label_visibility="collapsed",
        help="The known transcription factors, if there is a list: fewer candidates give better "
        "rankings.",
        on_change=actions.perform,
        args=(_CHOICE, _store, info, genes),
    )
    actions.show_error(_CHOICE, may_repeat=True)
    with errors.shown():
        if kind == ALL:
            every_gene.show(info, proposed)
        elif kind == SHIPPED:
            _choose_list(info, genes)
        elif kind == PICK:
            _pick(info, genes)
        elif kind == UPLOAD:
            _upload(info, genes)
        else:
            _paste(info, genes)


def use_list(info: DatasetInfo, match: ListMatch) -> None:
    """Store the genes that a list of the program names: a callback."""
    runs.choose_regulators(info.fingerprint, match.genes, chosen_from=match.listed.provenance)
    state.set_value(_list_key(info), match.listed.name)
    state.set_value(_kind_key(info), SHIPPED)


def _stored_kind(info: DatasetInfo) -> str:
    """Return the way of choosing that gave the stored regulators."""
    if info.labels.regulators is None:
        return ALL
    return PASTE if list_of_provenance(info.labels.regulators_from) is None else SHIPPED


def _store(info: DatasetInfo, genes: Sequence[str]) -> None:
    """Store the regulators that the widgets name now."""
    kind = state.value(_kind_key(info))
    if kind == ALL:
        runs.choose_regulators(info.fingerprint, None)
        return
    try:
        names, source = _named(info, kind, genes)
        chosen = match_names(names, genes).found if names else ()
    except Genie3Error:
        return  # shown where the choice is drawn
    if names:
        runs.choose_regulators(info.fingerprint, chosen, chosen_from=source)
    elif kind == PASTE and state.current(_text_key(info)) is not None:
        runs.choose_regulators(info.fingerprint, None)


def _named(info: DatasetInfo, kind: str, genes: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the names that the widgets of a kind hold, and where they come from."""
    if kind == SHIPPED:
        name = state.current(_list_key(info))
        if name is None:
            return (), ""
        match = shipped_lists.matched(info.fingerprint, name).require_any()
        return match.genes, match.listed.provenance
    if kind == PICK:
        names, rule = regulator_filter.selected(info)
        return names, f"a filter: {rule}"
    if kind == UPLOAD:
        listed = _uploaded()
        if listed is None:
            return (), ""
        chosen = _chosen(listed, info, genes)
        source = f"the list {text_format.shorten(listed.name)}"
        if len(listed.columns) > 1:
            source += f", {text_format.shorten(chosen.column)}"
        return chosen.names, source
    text = state.current(_text_key(info)) or ""
    between = r"[\n\t,;]+" if re.search(r"[\n\t,;]", text.strip()) else r"\s+"
    given = [name.strip() for name in re.split(between, text) if name.strip()]
    names = identified(given, genes, runs.gene_table(info.fingerprint))
    stored = info.labels
    is_stored = stored.regulators is not None and set(names) == set(stored.regulators)
    return names, stored.regulators_from if is_stored else "a pasted list"


def _choose_list(info: DatasetInfo, genes: Sequence[str]) -> None:
    stored = list_of_provenance(info.labels.regulators_from)
    state.default(_list_key(info), None if stored is None else stored.name)
    name = st.selectbox(
        "Lists that ship with the program",
        REGULATOR_LISTS.names(),
        format_func=lambda each: REGULATOR_LISTS[each].title,
        key=_list_key(info),
        placeholder="Choose a list",
        width=420,
        on_change=actions.perform,
        args=(_CHOICE, _store, info, genes),
    )
    if name is None:
        _show_stored(info)
        return
    match = shipped_lists.matched(info.fingerprint, name).require_any()
    st.success(f"{match.listed.title}: {match.sentence}", icon=":material/check:")
    if match.missing:
        with st.expander(f"{labels.count(len(match.missing), 'name')} not in the data"):
            st.dataframe({"Name": list(match.missing)}, hide_index=True, key="missing")


def _uploaded() -> NameList | None:
    """Return the uploaded list."""
    file = state.current(_FILE)
    if file is None:
        return None
    upload = uploads.keep([(file.name, file)])
    try:
        with uploads.errors_by_name(upload):
            return replace(read_list(upload.path), name=file.name)
    finally:
        runs.drop_upload(upload.id)


def _chosen(listed: NameList, info: DatasetInfo, genes: Sequence[str]) -> ChosenNames:
    """Return the names of the uploaded list, those of symbols replaced by the genes' own."""
    table = runs.gene_table(info.fingerprint)
    symbols = filter(None, map(table.symbol, genes))
    chosen = listed.choose((*genes, *symbols), column=_column())
    return replace(chosen, names=identified(chosen.names, genes, table))


def _column() -> str:
    chosen = state.current(_COLUMN)
    return AUTO if chosen in (None, _DETECT) else str(chosen)


def _upload(info: DatasetInfo, genes: Sequence[str]) -> None:
    st.file_uploader(
        "One name per line, or a table with a column of names",
        type=list(uploads.LISTS),
        key=_FILE,
        max_upload_size=20,
        on_change=actions.perform,
        args=(_CHOICE, _store, info, genes),
    )
    listed = _uploaded()
    if listed is not None:
        _choose_column(listed, info, genes)
        chosen = _chosen(listed, info, genes)
        for decision in chosen.decisions:
            is_guess = decision.certainty is Certainty.GUESS
            said = text_format.plain(decision.sentence, at_most=300)
            (st.warning if is_guess else st.caption)(said + " This is a guess." * is_guess)
        _match(info, chosen.names, genes)
    else:
        _show_stored(info)


def _choose_column(listed: NameList, info: DatasetInfo, genes: Sequence[str]) -> None:
    """Offer the columns of a table, where there are several."""
    if len(listed.columns) < 2:
        return
    labels_of = [_DETECT, *listed.labels]
    if state.current(_COLUMN) not in labels_of:
        state.set_value(_COLUMN, _DETECT)
    st.selectbox(
        "Column with the names",
        labels_of,
        key=_COLUMN,
        width=280,
        on_change=actions.perform,
        args=(_CHOICE, _store, info, genes),
    )


def _paste(info: DatasetInfo, genes: Sequence[str]) -> None:
    state.default(_text_key(info), "\n".join(info.labels.regulators or ()))
    st.text_area(
        "Names, one per line or separated by commas",
        key=_text_key(info),
        height=150,
        on_change=actions.perform,
        args=(_CHOICE, _store, info, genes),
    )
    names, _ = _named(info, PASTE, genes)
    if names:
        _match(info, names, genes)
    else:
        st.caption("Without names, all genes are candidate regulators.")


def _pick(info: DatasetInfo, genes: Sequence[str]) -> None:
    regulator_filter.show(actions.perform, (_CHOICE, _store, info, genes))
    names, rule = regulator_filter.selected(info)
    if not names:
        st.caption("No gene passes the filter. The candidate regulators are unchanged.")
        _show_stored(info)
        return
    st.success(
        f"{labels.count(len(names), 'candidate regulator')}: "
        f"{text_format.plain(rule, at_most=160)}.",
        icon=":material/check:",
    )


def _match(info: DatasetInfo, names: tuple[str, ...], genes: Sequence[str]) -> None:
    match = match_names(names, genes)
    st.success(
        f"{len(set(match.found)):,} of {labels.count(len(names), 'name')} are in the data.",
        icon=":material/check:",
    )
    if match.missing:
        _missing(info, genes, match)


def _missing(info: DatasetInfo, genes: Sequence[str], match: Match) -> None:
    """Show the names that are not genes of the data, with the most similar genes."""
    meant = {name: near[0] for name, near in match.near.items() if len(near) == 1}
    with st.expander(f"{labels.count(len(match.missing), 'name')} not in the data"):
        shown = match.missing[:_MOST_SHOWN]
        st.dataframe(
            {
                "Name": list(shown),
                "Nearest in the data": [", ".join(match.near.get(name, ())) for name in shown],
            },
            hide_index=True,
            key="missing",
        )
        if meant:
            st.button(
                f"Use the nearest gene for {labels.count(len(meant), 'name')}",
                icon=":material/spellcheck:",
                key="take_near",
                on_click=actions.perform,
                args=(_CHOICE, _use_nearest, info, genes, (*match.found, *meant.values())),
            )


def _use_nearest(info: DatasetInfo, genes: Sequence[str], names: Sequence[str]) -> None:
    state.set_value(_text_key(info), "\n".join(dict.fromkeys(names)))
    state.set_value(_kind_key(info), PASTE)
    _store(info, genes)


def _show_stored(info: DatasetInfo) -> None:
    stored = info.labels
    if stored.regulators is None:
        st.caption("Until you choose, all genes are candidate regulators.")
    else:
        st.caption(
            f"Now: {labels.count(len(stored.regulators), 'candidate regulator')}, from "
            f"{text_format.plain(stored.regulators_from or 'your list', at_most=120)}."
        )


def _kind_key(info: DatasetInfo) -> str:
    return f"regulators_{info.fingerprint[:16]}"


def _list_key(info: DatasetInfo) -> str:
    return f"regulator_list_{info.fingerprint[:16]}"


def _text_key(info: DatasetInfo) -> str:
    return f"regulator_text_{info.fingerprint[:16]}"
