"""How many links for people without an account each person has, and the end of them."""

from __future__ import annotations

import streamlit as st

from genie3_engine import administration, labels
from genie3_engine.people.person import Person
from ui import actions, people, text_format


def show() -> None:
    """Show who has links, each with a button that takes them back."""
    found = administration.links_of_people()
    if not found:
        return
    st.subheader("Links", anchor=False)
    for person, number in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            whose = text_format.plain(person.label or "From before the login", at_most=60)
            st.markdown(f"{whose} · {labels.count(number, 'link')}", width="stretch")
            actions.button(
                "Take back",
                _take_back,
                person,
                key=f"take_back_links_{person.identifier}",
                icon=":material/link_off:",
                help="They open nothing any more. What they showed stays with its owner.",
            )


def _take_back(person: Person) -> None:
    administration.take_back_links(person, by=people.current_person())
