import numpy as np
import pytest

from genie3_engine.regulons.figures import activity_figure
from genie3_engine.regulons.heat_map import heat_map


@pytest.mark.parametrize("labels", [None, ["<b>x</b>", "y"] * 5, [f"g{i}" for i in range(10)]])
def test_activity_figure__names_are_text(labels):
    values = np.random.default_rng(0).random((10, 3)).astype(np.float32)
    names = ("<i>one</i>", "two", "three" * 20)
    shown = heat_map(values, names, [f"<u>{i}</u>" for i in range(10)], labels=labels)
    figure = activity_figure(shown, dark=True)
    (drawn,) = figure.data
    assert np.allclose(drawn.z, shown.scores, atol=1e-3)
    texts = [*drawn.text[0], *figure.layout.yaxis.ticktext, *(figure.layout.xaxis.ticktext or ())]
    assert not any("<" in text for text in texts)
    assert max(map(len, figure.layout.yaxis.ticktext)) < 40
    assert len(figure.layout.shapes) == max(0, len(shown.groups) - 1)
