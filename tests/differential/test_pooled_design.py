from __future__ import annotations

import pytest

from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.pooled_design import PooledDesign
from genie3_engine.differential.worker import prepare
from genie3_engine.errors import RunError


@pytest.mark.parametrize("blocks", ["", "patient"])
def test_design__comes_back_as_it_was_written(home, spec, tmp_path, blocks):
    from dataclasses import replace

    from genie3_engine import differential

    folder = differential.create(replace(spec, blocks=blocks), tmp_path / "one")
    comparison = ComparisonFolder.open(folder)
    pooled = prepare(comparison)
    read = PooledDesign.read(comparison.design_path)
    assert (read.key, read.genes) == (comparison.spec.result_key, pooled.genes)
    for name in ("regulators", "targets", "is_second"):
        assert getattr(read, name).tolist() == getattr(pooled, name).tolist()
        assert getattr(read, name).dtype == getattr(pooled, name).dtype
    assert (read.blocks is None) == (not blocks)
    if blocks:
        assert read.blocks.tolist() == pooled.blocks.tolist()
        assert "p0" not in comparison.design_path.read_text()


def test_read__of_a_damaged_file_fails_in_words(tmp_path):
    assert PooledDesign.read(tmp_path / "pooled.json") is None
    (tmp_path / "pooled.json").write_text("{}")
    with pytest.raises(RunError, match="cannot be read"):
        PooledDesign.read(tmp_path / "pooled.json")
