"""Live parts of pages: fragments that are drawn again only when what they show has changed.

An open page asks for its live parts every few seconds. The server compares what a part shows with
what it would show now, in a thread of its own, and answers only when they differ.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import wraps
from weakref import WeakKeyDictionary

from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

from genie3_engine import people
from genie3_engine.errors import Genie3Error
from ui import errors

Content = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Part:
    content: Content
    shown: object


# The fragments of a session are kept as long as the session.
_parts: WeakKeyDictionary[FragmentStorage, dict[str, _Part]] = WeakKeyDictionary()
_lock = threading.Lock()
_looks = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look")


def part(draw: Callable[[], None], *, every: float | None, content: Content) -> Callable[[], None]:
    """Return a function that shows a live part.

    Parameters
    ----------
    draw : callable
        Draws the part.
    every : float or None
        Seconds between two looks at the content; None for no looks.
    content : callable
        Returns what `draw` would show now, as a value that equals another one when the part would
        look the same. It is called outside of the session, and must not use Streamlit.
    """
    if every is None:
        return errors.fragment(draw)

    @wraps(draw)
    def drawn() -> None:
        _remember(content)
        draw()

    return errors.fragment(drawn, every=every)


def _remember(content: Content) -> None:
    """Keep what the part at work is about to show."""
    context, fragment = get_script_run_ctx(), ThreadState.get().fragment_id
    if context is None or fragment is None:
        return
    content = people.with_this_home(content)  # it is asked in another thread
    storage = context.fragment_storage
    try:
        shown = content()
    except Genie3Error:
        shown = object()  # like nothing: drawing the part shows the error
    with _lock:
        before = _parts.get(storage, {})
        parts = {each: before[each] for each in before if storage.contains(each)}
        _parts[storage] = {**parts, fragment: _Part(content, shown)}


def if_changed(storage: FragmentStorage, fragment: str, then: Callable[[], None]) -> bool:
    """Look whether a session's part has changed, in the background, and act if it has.

    Parameters
    ----------
    storage : FragmentStorage
        The session's fragments.
    fragment : str
        The part's fragment.
    then : callable
        What to do if it has changed, or the look has failed; called in another thread.

    Returns
    -------
    bool
        Whether the fragment is a live part; nothing is done for others.
    """
    with _lock:
        part = _parts.get(storage, {}).get(fragment)
    if part is None:
        return False
    _looks.submit(_act_if_changed, part, then)
    return True


def _act_if_changed(part: _Part, then: Callable[[], None]) -> None:
    try:
        is_same = part.content() == part.shown
    except Exception:  # noqa: BLE001 -- drawing the part again shows the error
        is_same = False
    if not is_same:
        then()
