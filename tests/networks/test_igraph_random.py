from __future__ import annotations

import random
import threading
from contextlib import suppress

import igraph
import pandas as pd

from genie3_engine.networks import igraph_random
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.graph_layout import layout_graph

LINKS = pd.DataFrame({"regulator": ["a", "a"], "target": ["b", "c"], "importance": [0.5, 0.4]})
MEETING_SECONDS = 0.5  # two threads that are both let in meet well before


def layout():
    return igraph.Graph.Ring(9).layout_random().coords


def test_seeded__gives_the_same_numbers_for_the_same_seed():
    with igraph_random.seeded(1):
        first = layout()
    with igraph_random.seeded(1):
        again = layout()
    with igraph_random.seeded(2):
        other = layout()
    assert first == again != other


def test_seeded__leaves_the_numbers_of_python_alone():
    random.seed(3)
    expected = random.random()
    random.seed(3)
    with igraph_random.seeded(1):
        layout()
    assert random.random() == expected


def test_seeded__keeps_layouts_and_communities_apart(monkeypatch):
    shown, both = layout_graph(LINKS), threading.Barrier(2)
    set_generator, met = igraph.set_random_number_generator, []

    def meet(generator):
        set_generator(generator)
        if generator is not random:
            with suppress(threading.BrokenBarrierError):
                both.wait(MEETING_SECONDS)
                met.append(generator)

    monkeypatch.setattr(igraph, "set_random_number_generator", meet)
    threads = [
        threading.Thread(target=work, args=argument)
        for work, argument in ((layout_graph, (LINKS,)), (detect_modules, (shown,)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not met
