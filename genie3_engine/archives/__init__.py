"""Archives of runs: one file that other installations and repositories understand."""

from __future__ import annotations

from genie3_engine.archives.deposit import Deposit, read_deposit, save_deposit
from genie3_engine.archives.export import Archived, archive_run, archived_bytes, sizes
from genie3_engine.archives.imports import Imported, import_archive

__all__ = [
    "Archived",
    "Deposit",
    "Imported",
    "archive_run",
    "archived_bytes",
    "import_archive",
    "read_deposit",
    "save_deposit",
    "sizes",
]
