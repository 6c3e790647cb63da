"""The people of a server: who they are, their homes, what they share, and the log."""

from __future__ import annotations

from genie3_engine.jobs.user_directory import (
    at_home,
    home,
    server_home,
    unreadable_folders,
    with_this_home,
)
from genie3_engine.people.person import Person

__all__ = ["Person", "at_home", "home", "server_home", "unreadable_folders", "with_this_home"]
