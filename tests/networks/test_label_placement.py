from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.networks import label_placement, marks
from genie3_engine.networks.label_placement import SIDES, place_labels
from tests.naive import label_scales
from tests.networks.drawn_boxes import overlapping_pairs
from tests.networks.networks_to_draw import view_of, view_of_links


def drawn(points, sizes, placement, *, across, up):
    """Return the labels and discs of a picture at a scale of each axis, in heights of the font."""
    scale = min(across, up)
    radii = marks.radii(sizes) * marks.mark_scale(scale)
    x, y = points[:, 0] * across, -points[:, 1] * up
    labels = []
    for i in np.flatnonzero(placement.scale <= scale):
        left, bottom, right, top = placement.box(i, radius=radii[i])
        labels.append((x[i] + left, y[i] - top, x[i] + right, y[i] - bottom))
    return labels, np.column_stack([x, y, radii])


def made_up(seed, n):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, np.sqrt(n) * 1.5, size=(n, 2))
    labels = ["g" * int(length) for length in rng.integers(1, 12, size=n)]
    return points, rng.uniform(0, 1, size=n) ** 3, labels, rng.permutation(n).astype(float)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_place_labels__none_overlap_at_any_zoom_and_stretch(seed, n):
    points, sizes, labels, priority = made_up(seed, n)
    placement = place_labels(points, sizes, labels, priority=priority)
    for scale in (0.3, 0.7, 1.0, 1.6, 3.0, 8.0, 40.0):
        for stretch in (1.0, 1.3):
            picture = drawn(points, sizes, placement, across=scale * stretch, up=scale)
            on_discs = [tuple(disc * [1, 1, 0.999]) for disc in picture[1]]
            assert not overlapping_pairs(picture[0], on_discs)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_place_labels__follows_its_definition(seed, n):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(label_placement, "_NEIGHBOURS", 3)
        follows_definition(seed, n)


def follows_definition(seed, n):
    points, sizes, labels, priority = made_up(seed, n)
    placement = place_labels(points, sizes, labels, priority=priority)
    side, scale = label_scales(points, sizes, labels, priority)
    np.testing.assert_array_equal(placement.side, side)
    np.testing.assert_allclose(placement.scale, scale, rtol=1e-9)


def test_place_labels__hubs_come_first():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.4], [0.5, -0.4]])
    placement = place_labels(points, np.zeros(4), ["gene"] * 4, priority=np.array([9.0, 1, 2, 3]))
    assert placement.scale.argmin() == 0


def test_place_labels__of_no_gene_and_of_one():
    none = place_labels(np.zeros((0, 2)), np.zeros(0), [], priority=np.zeros(0))
    assert len(none.side) == len(none.scale) == 0
    one = place_labels(np.zeros((1, 2)), np.zeros(1), ["a"], priority=np.zeros(1))
    assert np.isfinite(one.scale).all()
    assert SIDES[one.side[0]] == "right"


def test_view__names_the_hubs_of_many_targets():
    numbers = [26, 25, 24, 22, 20, 18] + 6 * [12, 6, 4, 2]
    pairs = [
        (f"TF{hub:02d}", f"GENE{hub:02d}{i:02d}") for hub, n in enumerate(numbers) for i in range(n)
    ]
    links = pd.DataFrame(pairs, columns=["regulator", "target"]).assign(importance=1.0)
    view = view_of_links(links)
    points = np.column_stack([view.layout.x, view.layout.y])
    canvas = np.array((500, 460)) / 12
    scale = min(marks.fitted(np.ptp(points, axis=0), canvas - 2 * marks.MARGIN))
    hubs = [view.layout.genes.index(f"TF{hub:02d}") for hub in range(6)]
    assert (view.label_placement.scale[hubs] <= scale).all()


@pytest.mark.parametrize("network", ["sample", "ecoli", "large"])
@pytest.mark.parametrize("pixels", [(288, 250), (740, 617), (1470, 1200)])
def test_view__has_no_label_on_a_label_or_a_gene_and_fills_the_canvas(network, pixels):
    view = view_of(network)
    points = np.column_stack([view.layout.x, view.layout.y])
    canvas = np.array(pixels) / 12  # heights of the font
    across, up = marks.fitted(np.ptp(points, axis=0), canvas - 2 * marks.MARGIN)
    labels, discs = drawn(points, view.sizes, view.label_placement, across=across, up=up)
    assert not overlapping_pairs(labels, discs)
    assert np.prod(np.ptp(discs[:, :2], axis=0)) >= 0.7 * np.prod(canvas)
    assert len(labels) >= (10 if pixels[0] > 700 else 0)
