import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.regulons.correlation import Correlation


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("n_samples", [2, 3, 4, 5, 11])
def test_correlation__is_pearson_s(n_samples):
    rng = np.random.default_rng(n_samples)
    values = 1e3 + rng.normal(size=(6, n_samples))
    values[5] = 7
    genes = tuple("abcdef")
    expression = Expression(values, genes, tuple(map(str, range(n_samples))))
    first, second = (places.ravel().astype(np.int32) for places in np.indices((6, 6)))
    found = Correlation(expression, genes).of_pairs(first, second)
    np.testing.assert_allclose(found.reshape(6, 6), np.corrcoef(values), atol=1e-12)


def test_correlation__gene_that_is_not_in_the_data():
    expression = Expression(np.eye(3), ("a", "b", "c"), ("1", "2", "3"))
    pairs = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    assert np.isnan(Correlation(expression, ("a", "x", "c")).of_pairs(*pairs)).all()
