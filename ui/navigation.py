"""The pages of the program, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.registry import Registry
from genie3_engine.runs import LAUNCHERS

ROOT = Path(__file__).resolve().parents[1]


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
    """

    name: str
    title: str
    icon: str
    script: str | Callable[[], None]


HOME = PageInfo("home", "Home", ":material/home:", "pages/home/page.py")
DATA = PageInfo("data", "Data", ":material/table:", "pages/data/page.py")
REGULATORS = PageInfo(
    "regulators", "Regulators", ":material/checklist:", "pages/regulators/page.py"
)
INFER = PageInfo("infer", "Infer", ":material/tune:", "pages/infer/page.py")
RUNS = PageInfo("runs", "Runs", ":material/list:", "pages/runs/page.py")
NETWORK = PageInfo("network", "Network", ":material/hub:", "pages/network/page.py")
REGULONS = PageInfo("regulons", "Regulons", ":material/grid_view:", "pages/regulons/page.py")
COMPARE = PageInfo("compare", "Compare", ":material/compare_arrows:", "pages/compare/page.py")
ACCURACY = PageInfo("accuracy", "Accuracy", ":material/target:", "pages/accuracy/page.py")
SPEEDUP = PageInfo("speedup", "Speed-up", ":material/speed:", "pages/speedup/page.py")
STORAGE = PageInfo("storage", "Storage", ":material/hard_drive:", "pages/storage/page.py")
# The setup of all launchers that have settings, at the address of the first one.
_TITLE = " and ".join(
    info.label for info in LAUNCHERS.records() if info.settings and info.is_here()
)
SAGEMAKER = PageInfo("sagemaker", _TITLE, ":material/cloud:", "pages/sagemaker/page.py")

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
        )
    },
)
