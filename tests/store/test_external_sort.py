from __future__ import annotations

from genie3_engine.store.external_sort import LinkSource, sorted_links
from tests.store.network import GENES, write_parts


def rows(batches):
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def test_sorted_links__are_the_strongest_first_ties_by_regulator_and_target(tmp_path):
    write_parts(tmp_path / "parts", range(len(GENES)))
    source = LinkSource(sorted((tmp_path / "parts").iterdir()), {})
    links = rows(
        sorted_links(source, memory_bytes=10**8, n_threads=1, temporary=tmp_path / "temporary")
    )
    unsorted = rows(source.batches())
    assert len(links) == len(unsorted)
    assert links == sorted(unsorted, key=lambda row: (-row[2], row[0], row[1]))


def test_batches__leave_out_the_targets_that_another_file_holds(tmp_path):
    write_parts(tmp_path / "parts", range(5))
    (part,) = (tmp_path / "parts").iterdir()
    targets = {row[1] for row in rows(LinkSource([part], {part: [1, 3]}).batches())}
    assert targets == {0, 2, 4}
