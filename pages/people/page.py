"""People page, for administrators: sizes of homes, jobs at work, links, and the log."""

from __future__ import annotations

import streamlit as st

from pages.people import jobs, log_table, shared_links, sizes
from ui import errors, layout, limits, people, server_settings, text_format

if not people.is_administrator():  # the address is known to everyone
    layout.head("People", "For the administrators of this server.")
    st.stop()
layout.head(
    "People", "Who uses this server, what is at work, and what was changed. Data are not shown."
)
followed = server_settings.settings().login_file
if followed is not None and followed.fault:
    st.warning(text_format.plain(followed.fault, at_most=600), icon=":material/warning:")
with errors.shown():
    sizes.show()
    limits.show()
    jobs.show()
    shared_links.show()
    log_table.show()
