"""The gene or link in focus: how it is in both groups, with the samples of both."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from genie3_engine.differential import Comparison
from genie3_engine.differential.link_samples import samples_of_groups
from genie3_engine.networks.change_figures import ConditionSamples, conditions_figure
from genie3_engine.networks.changes import most_changed
from pages.compare import change_controls
from ui import charts, errors, text_format


def show(
    comparison: Comparison,
    changes: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    gene: str,
    to: str | None,
) -> None:
    """Show a gene, or a link, in both groups.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    changes, targets : DataFrame
        Results of the comparison.
    gene : str
        The gene in focus.
    to : str or None
        The second gene of a link.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="change_focus"):
        shown = comparison.gene_table.labels([gene] if to is None else [gene, to])
        st.subheader(
            " → ".join(text_format.plain(label, at_most=40) for label in shown), anchor=False
        )
        if st.button("Show all", icon=":material/close:", key="unfocus_change"):
            change_controls.focus(None)
            st.rerun()
    link = _link(changes, gene, to)
    of_target = gene if to is None else to
    row = targets[targets["target"].astype(str) == of_target]
    if len(row) and to is None:
        _target(row.iloc[0], comparison.labels)
    if link is not None:
        _samples(comparison, link, is_chosen=to is not None)
    elif to is not None:
        st.markdown("No link that is compared leads from the first of these genes to the second.")


def _link(changes: pd.DataFrame, gene: str, to: str | None) -> pd.Series | None:
    """Return the chosen link, or the most changed one of the gene: into it, else out of it."""
    if to is not None:
        for regulator, target in ((gene, to), (to, gene)):
            rows = changes[(changes["regulator"] == regulator) & (changes["target"] == target)]
            if len(rows):
                return rows.iloc[0]
        return None
    for column in ("target", "regulator"):
        rows = most_changed(changes[changes[column] == gene], 1)
        if len(rows):
            return rows.iloc[0]
    return None


def _target(row: pd.Series, labels: tuple[str, str]) -> None:
    """Show whether the regulation of a target carries over to the other group."""
    first, second = (text_format.plain(label, at_most=20) for label in labels)
    with st.container(horizontal=True, gap="small", key="target_measures"):
        for label, own, other, elsewhere in (
            (first, row["oob_r2_1"], row["r2_1_on_2"], second),
            (second, row["oob_r2_2"], row["r2_2_on_1"], first),
        ):
            st.metric(
                f"R² of {label}",
                _number(own),
                delta_description=f"on {elsewhere}: {_number(other)}",
                help="Of this group's forest: out-of-bag, and on the samples of the other group.",
                width=110,
            )
        st.metric(
            "Rewiring",
            _number(row["rewiring"]),
            delta_description=f"p {_small(row['rewiring_p'])}, q {_small(row['rewiring_q'])}",
            help="R² in the own group less that in the other one, tested by permuted labels.",
            width=140,
        )


def _samples(comparison: Comparison, link: pd.Series, *, is_chosen: bool) -> None:
    """Plot the samples of both groups, side by side with the same axes."""
    spec = comparison.spec
    regulator, target = str(link["regulator"]), str(link["target"])
    names = comparison.gene_table.labels((regulator, target))
    arrow = " → ".join(text_format.plain(label, at_most=30) for label in names)
    first, second = (text_format.plain(label, at_most=24) for label in spec.labels)
    st.markdown(
        f"{'' if is_chosen else 'Most changed link: '}**{arrow}**, {link['change']}. "
        f"z {link['z']:+.2f}, p {_small(link['p'])}, q {_small(link['q'])}, rank "
        f"{link['rank_by_z']:,} by z and {link['rank_by_correlation']:,} by correlation."
    )
    with errors.shown():
        groups = samples_of_groups(spec, (regulator, target), members=comparison.members)
        charts.show(
            conditions_figure(
                [
                    ConditionSamples(each.label, each.samples, each.values[0], each.values[1])
                    for each in groups
                ],
                *names,
                dark=charts.is_dark(),
            ),
            key="conditions_figure",
            name=" and ".join(names),
            numbers=pd.concat(
                [
                    pd.DataFrame(
                        {
                            "group": each.label,
                            "sample": each.samples,
                            regulator: each.values[0],
                            target: each.values[1],
                        }
                    )
                    for each in groups
                ]
            ),
            alt="Expression of the target against the regulator in both groups, with the same "
            "axes; each point is a sample.",
        )
    st.caption(
        f"{first}: importance {link['importance_1']:.4f}, Spearman {_number(link['spearman_1'])}. "
        f"{second}: importance {link['importance_2']:.4f}, Spearman "
        f"{_number(link['spearman_2'])}. Change of the correlation (Fisher's z): "
        f"{_number(link['fisher_z'])}"
        f"{', which ignores the blocks' if spec.blocks else ''}."
    )


def _number(value: float) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.2f}"


def _small(value: float) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.2g}"
