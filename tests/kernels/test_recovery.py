import numpy as np

from genie3_engine.kernels.recovery import add_recoveries


def test_add_recoveries__each_gene_adds_to_its_sets():
    ranked = np.array([[2, 0], [1, 2]], np.int32)
    starts = np.array([0, 1, 1, 3], np.int64)  # gene 0 in set 0, gene 2 in sets 0 and 1
    areas = np.zeros((2, 2), np.int64)
    add_recoveries(ranked, starts, np.array([0, 0, 1], np.int32), areas)
    assert areas.tolist() == [[3, 2], [1, 1]]
