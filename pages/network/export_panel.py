"""Export of links, picture and report, and the address of the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from genie3_engine import labels
from genie3_engine.enrichment.over_representation import Enrichment
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.export_selection import all_links, drawn_links, kept_links
from genie3_engine.networks.exports import FORMATS, ExportFormat, Links
from genie3_engine.networks.link_evidence import MEANING_OF_Q, Q, evidence_of
from genie3_engine.networks.svg import FigureSize, network_svg, pixel_size
from genie3_engine.networks.views import View
from genie3_engine.reports import html_report, run_report
from genie3_engine.runs import RunSummary
from ui import charts, downloads, places, sharing, text_format

_PACKED_FROM = 200_000
_MOST_BY_PAGE = 20_000_000
_INCH_METRES = 0.0254
_PRINT_DPI = 300
_FORMULA_SIGNS = ("=", "+", "-", "@")
_SIZES = {
    "One column, 89 mm": FigureSize(89),
    "One and a half, 120 mm": FigureSize(120),
    "Two columns, 183 mm": FigureSize(183),
    "Slide, 1920 × 1080": FigureSize(1920, 1080, "px"),
}
_OWN_SIZE = "Another width"
_SCALES = {
    ImportanceScale.RAW: "Importance: share of the target's variance",
    ImportanceScale.SHARE: "Share: sums to 1 over a target's links",
    ImportanceScale.RANK: "Rank: 1 is the strongest",
}


def show(chosen: RunSummary, view: View, enrichment: Enrichment | None = None) -> None:
    """Offer all exports; a file is written when its button is pressed."""
    box = st.expander("Export", icon=":material/download:", key="export", on_change="rerun")
    if not box.open:
        return
    with box:
        names = ["Links", "Picture", "Report", "Link to this view"]
        links, picture, report, link = st.tabs(names, key="export_tabs", on_change="rerun")
        if links.open:
            with links:
                _links(chosen, view)
        if picture.open:
            with picture:
                _picture(chosen, view)
        if report.open:
            with report:
                _report(chosen, view, enrichment)
        if link.open:
            with link:
                _link(chosen)


def _links(chosen: RunSummary, view: View) -> None:
    n_drawn = len(view.layout.source)
    choices: dict[str, tuple[int, Callable[..., Links]]] = {
        "drawn": (n_drawn, lambda scale: drawn_links(view, scale=scale)),
        "kept": (view.n_kept, lambda scale: kept_links(view.run, view.threshold, scale=scale)),
        "all": (view.n_links, lambda scale: all_links(view.run, scale=scale)),
    }
    if view.n_kept == n_drawn:
        del choices["kept"]
    labels = {"drawn": "Displayed links", "kept": "Links above the threshold", "all": "All links"}
    which = st.segmented_control(
        "Which links",
        list(choices),
        default="drawn",
        required=True,
        format_func=lambda each: f"{labels[each]}: {choices[each][0]:,}",
        key="take_which",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = FORMATS[
            st.selectbox(
                "Format",
                list(FORMATS),
                format_func=lambda name: f"{name}, for {FORMATS[name].purpose}",
                key="take_format",
                width=280,
            )
        ]
        without = {ImportanceScale.RANK} if form.name == "pyscenic" else set()
        without |= {ImportanceScale.SHARE} if view.caution else set()  # a weighted link has none
        scales = [scale for scale in _SCALES if scale not in without]
        scale = st.selectbox(
            "Scale", scales, format_func=_SCALES.__getitem__, key="take_scale", width=280
        )
        n_links, read_links = choices[which]
        _file(chosen, view, form, n_links=n_links, which=which, links=lambda: read_links(scale))
    evidence = evidence_of(chosen.path)
    if evidence is not None and Q in evidence.columns and not view.caution:
        st.caption(MEANING_OF_Q)
    if view.caution:
        st.caption(view.caution)
        if evidence is not None:
            st.caption("The evidence of the links is exported in the run's own order only.")
    _caution(view, form)


def _title(chosen: RunSummary, view: View) -> str:
    """Return what a picture or report of a view is called."""
    return f"{chosen.title}, hubs favoured" if view.caution else chosen.title


def _file_name(chosen: RunSummary, view: View) -> str:
    """Return the first part of the name of an export."""
    return text_format.file_name(_title(chosen, view))


def _file(
    chosen: RunSummary,
    view: View,
    form: ExportFormat,
    *,
    n_links: int,
    which: str,
    links: Callable[[], Links],
) -> None:
    bad = form.unfit(view.layout.genes)
    if bad is not None:
        st.info(
            f"{form.name} cannot hold the gene name {text_format.plain(bad)}. Choose "
            "tsv, csv, parquet or cx2.",
            icon=":material/info:",
        )
        return
    if n_links > _MOST_BY_PAGE:
        places.offer_command(
            "Too many links to download from a page.",
            *("genie3", "links", chosen.path, "--format", form.name, "-o", "links.gz"),
        )
        if view.caution:
            st.caption("This command writes the links in the run's own order.")
        return
    downloads.file_button(
        f"{labels.count(n_links, 'link')} as {form.name}",
        lambda file: form.write(links(), file),
        file_name=f"{_file_name(chosen, view)}-{which}{form.suffix}",
        mime=form.mime,
        key="take_links",
        is_packed=form.is_text and n_links > _PACKED_FROM,
    )


def _caution(view: View, form: ExportFormat) -> None:
    risky = next((name for name in view.layout.genes if name.startswith(_FORMULA_SIGNS)), None)
    if risky is not None and form.name in {"tsv", "csv", "pyscenic"}:
        st.caption(
            f"Names are never altered, and some begin like a formula "
            f"({text_format.plain(risky)}). In a "
            "spreadsheet, import the file with its name columns as text."
        )


def _picture(chosen: RunSummary, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Size", [*_SIZES, _OWN_SIZE], index=2, key="take_size", width=230)
        if name == _OWN_SIZE:
            width = st.number_input("Width, mm", 30, 1200, 250, 10, key="take_width", width=150)
        size = FigureSize(width) if name == _OWN_SIZE else _SIZES[name]
        has_all = st.toggle("Label every gene", key="take_names")
        dark = st.toggle("Dark background", value=charts.is_dark(), key="take_dark")
    svg = network_svg(view, size=size, title=_title(chosen, view), all_labels=has_all, dark=dark)
    file_name = _file_name(chosen, view)
    with st.container(horizontal=True):
        downloads.file_button(
            "SVG",
            lambda file: _write(file, svg),
            file_name=f"{file_name}.svg",
            mime="image/svg+xml",
            key="take_svg",
        )
        dots = pixel_size(view, size, dots_an_inch=_PRINT_DPI)
        is_print = size.unit == "mm"
        downloads.png_button(
            f"PNG, {dots[0]:,} × {dots[1]:,}",
            svg,
            size=dots,
            file_name=f"{file_name}.png",
            key="take_png",
            dots_a_metre=round(_PRINT_DPI / _INCH_METRES) if is_print else 0,
        )
    st.caption(
        "The picture shows all displayed links in these colours. Text in the SVG can be edited in "
        "Inkscape or Illustrator. "
        + (f"The PNG has {_PRINT_DPI} dots per inch." if is_print else "")
    )


def _report(chosen: RunSummary, view: View, enrichment: Enrichment | None) -> None:
    st.markdown(
        "One HTML file: the saved views as a presentation, the interactive network as displayed "
        "here, the strongest links, settings, timings, provenance and a methods paragraph. It "
        "opens offline." + (" It has the gene sets above, too." if enrichment is not None else "")
    )
    report_button(chosen, view, label="HTML report", key="take_report", enrichment=enrichment)


def report_button(
    chosen: RunSummary,
    view: View,
    *,
    label: str,
    key: str,
    enrichment: Enrichment | None = None,
) -> None:
    """Offer the report of a run with the view that is shown and those that are saved."""

    def write(file: downloads.Writable) -> None:
        content = run_report(chosen.path, title=_title(chosen, view), view=view)
        _write(file, html_report(replace(content, enrichment=enrichment)))

    downloads.file_button(
        label, write, file_name=f"{_file_name(chosen, view)}.html", mime="text/html", key=key
    )


def _link(chosen: RunSummary) -> None:
    st.markdown("Opens this view for everyone who sees this run on this server.")
    sharing.show_address(chosen, st.query_params.to_dict())


def _write(file: downloads.Writable, text: str) -> None:
    file.write(text.encode())
