"""Ranked lists of links for tests."""

import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import part_schema
from genie3_engine.store.ranking import rank_links


def ranked_list(folder, links, genes):
    """Write (regulator, target, importance) as ranked links over a gene list."""
    folder.mkdir(parents=True)
    places = {gene: place for place, gene in enumerate(genes)}
    columns = list(zip(*links, strict=True)) if links else [(), (), ()]
    arrays = [
        pa.array([places[name] for name in columns[0]], pa.int32()),
        pa.array([places[name] for name in columns[1]], pa.int32()),
        pa.array(columns[2], pa.float32()),
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=part_schema()), folder / "part.parquet")
    rank_links([folder / "part.parquet"], folder / "links.parquet", genes)
    return RankedLinks(folder / "links.parquet")


def random_links(random, genes, n, *, n_levels=1000):
    """Draw different pairs of genes with importances of few different values."""
    pairs = [(a, b) for a in genes for b in genes if a != b]
    chosen = random.choice(len(pairs), n, replace=False)
    levels = random.integers(1, n_levels, n)
    return [(*pairs[i], level / n_levels) for i, level in zip(chosen, levels, strict=True)]
