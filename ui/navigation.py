"""The pages of the program, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.registry import Registry
from genie3_engine.runs import LAUNCHERS
from ui import people, server_settings

ROOT = Path(__file__).resolve().parents[1]


def is_at_own_home() -> bool:
    """Return whether the person at work looks at what is their own."""
    return not people.is_at_group()


def _always() -> bool:
    return True


def _has_launchers() -> bool:
    return not server_settings.has_login()  # runs of several people are computed on the server


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page of the program.

    Parameters
    ----------
    name : str
        Its address below the server's root, such as ``network``.
    title : str
        Its title in the navigation.
    icon : str
        A Material symbol of Streamlit's, such as ``:material/hub:``.
    script : str or callable
        The file that draws it, from the project's folder or absolute, or a function that does.
    is_offered : callable
        Returns whether the person at work may open it now; a page that reads only is also there
        for what others share with the group.
    """

    name: str
    title: str
    icon: str
    script: str | Callable[[], None]
    is_offered: Callable[[], bool] = is_at_own_home


HOME = PageInfo("home", "Home", ":material/home:", "pages/home/page.py")
DATA = PageInfo("data", "Data", ":material/table:", "pages/data/page.py", _always)
REGULATORS = PageInfo(
    "regulators", "Regulators", ":material/checklist:", "pages/regulators/page.py"
)
INFER = PageInfo("infer", "Infer", ":material/tune:", "pages/infer/page.py")
RUNS = PageInfo("runs", "Runs", ":material/list:", "pages/runs/page.py", _always)
NETWORK = PageInfo("network", "Network", ":material/hub:", "pages/network/page.py", _always)
REGULONS = PageInfo(
    "regulons", "Regulons", ":material/grid_view:", "pages/regulons/page.py", _always
)
COMPARE = PageInfo(
    "compare", "Compare", ":material/compare_arrows:", "pages/compare/page.py", _always
)
ACCURACY = PageInfo("accuracy", "Accuracy", ":material/target:", "pages/accuracy/page.py", _always)
SPEEDUP = PageInfo("speedup", "Speed-up", ":material/speed:", "pages/speedup/page.py")
STORAGE = PageInfo("storage", "Storage", ":material/hard_drive:", "pages/storage/page.py")
# The setup of all launchers that have settings, at the address of the first one.
_TITLE = " and ".join(
    info.label for info in LAUNCHERS.records() if info.settings and info.is_here()
)
SAGEMAKER = PageInfo(
    "sagemaker", _TITLE, ":material/cloud:", "pages/sagemaker/page.py", _has_launchers
)
PEOPLE = PageInfo(
    "people", "People", ":material/group:", "pages/people/page.py", people.is_administrator
)

PAGES: Registry[PageInfo] = Registry(
    "page",
    group="genie3.pages",
    built_in={
        page.name: f"{__name__}:{page.name.upper()}"
        for page in (
            HOME,
            DATA,
            REGULATORS,
            INFER,
            RUNS,
            NETWORK,
            REGULONS,
            COMPARE,
            ACCURACY,
            SPEEDUP,
            STORAGE,
            SAGEMAKER,
            PEOPLE,
        )
    },
)


def offered() -> list[PageInfo]:
    """Return the pages that the person at work may open now, in the order of the navigation.

    The first one is always there, because it opens when an address names none.
    """
    return [page for page in PAGES.records() if page.is_offered() or page == HOME]
