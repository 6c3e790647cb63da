"""The way into a server with a login, and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from genie3_engine.people import log
from genie3_engine.people.login import LoginSettings
from ui import layout, people, server_settings, text_format


def is_done() -> bool:
    """Return whether this session may show the page; where it may not, draw what is missing.

    On a server without login every session may.
    """
    login = server_settings.settings().login
    if login is None:
        return True
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True or not login.is_current(claims):
        _ask()
        return False
    if not login.admits(claims):
        _head()
        st.markdown(refusal(login, claims))
        st.button("Log out", icon=":material/logout:", on_click=_log_out)
        return False
    return True


def way_out() -> None:
    """Draw the name of the person who is logged in, and the button that ends the login."""
    if server_settings.settings().login is None:
        return
    claims = st.user.to_dict()
    name = str(claims.get("name") or claims.get("email") or "")
    with st.sidebar.container(key="person", horizontal=True, vertical_alignment="center"):
        st.text(name)
        st.button(
            "Log out", icon=":material/logout:", type="tertiary", key="log_out", on_click=_log_out
        )


def refusal(login: LoginSettings, claims: Mapping[str, object]) -> str:
    """Return one sentence for a person who has logged in but may not use the page.

    Parameters
    ----------
    login : LoginSettings
        Who may use it.
    claims : mapping
        What the provider has stated about the person.
    """
    if claims.get("email") and not login.email_of(claims):
        return (
            "Your login provider does not state that it has verified your address, "
            "so this page cannot let you in."
        )
    name = text_format.plain(str(claims.get("email") or claims.get("name") or ""))
    account = f" as {name}" if name else ""
    return f"You have logged in{account}, but you may not use this page: ask its administrator."


def _log_out() -> None:
    """End the login of this session, in all tabs and for every copy of its cookie."""
    login = server_settings.settings().login
    if login is not None:
        with suppress(people.LoginRequiredError):
            log.record(log.Action.LOGGED_OUT, who=people.current_person())
        login.ended.add(st.user.to_dict())
    st.logout()


def _ask() -> None:
    _head()
    st.button("Log in", icon=":material/login:", type="primary", on_click=st.login)


def _head() -> None:
    layout.head("GENIE3", "Gene regulatory networks, for people who have an account here.")
