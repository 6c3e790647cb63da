"""What has the user settled for all runs on SageMaker?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.user_directory import home
from genie3_engine.launchers.sagemaker.options import SageMakerOptions

FILE = "sagemaker.json"


def saved_options(home_folder: Path | None = None) -> dict[str, Any]:
    """Return the settings that hold where a run says nothing; empty when there are none.

    Parameters
    ----------
    home_folder : Path, optional
        The home; the user's by default.
    """
    try:
        values = atomic_write.read_json((home_folder or home()) / FILE)
    except (OSError, ValueError):
        return {}
    return dict(values) if isinstance(values, dict) else {}


def save_options(options: SageMakerOptions, home_folder: Path | None = None) -> Path:
    """Keep settings for all runs to come; there is no secret among them.

    Parameters
    ----------
    options : SageMakerOptions
        The settings.
    home_folder : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StorageError
        When the home may not be written.
    """
    folder = home_folder or home()
    with atomic_write.storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    atomic_write.write_json(folder / FILE, options.to_dict())
    return folder / FILE
