from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.data.quality import (
    FIXES,
    apply,
    describe_recipe,
    parse_fix,
    parse_recipe,
)
from genie3_engine.errors import OptionError
from tests.data.raws import counts, final, logs, raw_of

NAN = math.nan


class TestText:
    @pytest.mark.parametrize("text", ["drop-constants", "keep-variable=2000", "pseudo-bulk=a,b"])
    def test_fix__is_written_as_it_is_read(self, text):
        assert str(parse_fix(text)) == text

    def test_fix__may_be_written_loosely(self):
        assert str(parse_fix(" Keep_Variable = 2,000 ")) == "keep-variable=2000"

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("drop-constant", "drop-constants"),
            ("nonsense", "transpose"),
            ("keep-variable", "keep-variable=GENES"),
            ("keep-variable=few", "whole number"),
            ("keep-variable=0", "whole number"),
            (f"keep-variable={'9' * 5000}", "whole number"),
            ("keep-expressed=101", "from 1 to 100"),
            ("transpose=1", "takes no value"),
            ("pseudo-bulk=", "needs a value"),
        ],
    )
    def test_fix__is_refused_with_a_remedy(self, text, word):
        with pytest.raises(OptionError, match="fix") as refused:
            parse_fix(text)
        assert word in str(refused.value)

    def test_fixes__are_described_for_buttons_help_and_papers(self):
        for kind in FIXES.values():
            assert kind.label
            assert kind.label[0].isupper()
            assert "{" not in kind.description
            assert kind.past
            assert kind.text[0].islower()
            assert not kind.text.endswith(".")


RECIPES = (
    ["fill-missing", "average-duplicates", "log1p-cpm", "keep-variable=9"],
    ["average-duplicates", "drop-missing-genes", "keep-expressed=50", "drop-copied-samples"],
    ["drop-missing-samples", "average-duplicates", "log1p"],
)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("whole", [True, False])
def test_recipe__gives_the_same_bits_for_any_order_of_genes_and_samples(recipe, whole):
    rng = np.random.default_rng(2)
    values = counts(20, 30) if whole else np.exp(logs(20, 30))
    values[4, 7] = values[8, 9] = NAN
    values[:, 11] = values[:, 12]
    genes = [f"g{i % 17}" for i in range(20)]
    samples = [f"s{j:02d}" for j in range(30)]
    samples[12] = samples[11]
    rows, columns = rng.permutation(20), rng.permutation(30)
    straight = raw_of(values, genes=genes, samples=samples)
    shuffled = raw_of(
        values[np.ix_(rows, columns)],
        genes=[genes[row] for row in rows],
        samples=[samples[column] for column in columns],
    )
    fixes = parse_recipe(recipe)
    assert final(straight, fixes).fingerprint == final(shuffled, fixes).fingerprint


def test_effects__say_what_changed():
    done = apply(raw_of([[1, 1], [0, 0], [1, 2]]), parse_recipe(["drop-constants", "log1p"]))
    first, second = (effect.sentence for effect in done.effects)
    assert first == "genes of constant expression were removed (3 genes became 1)"
    assert second == "values were transformed by log(1 + x)"
    known = [effect.to_dict() for effect in done.effects]
    assert describe_recipe(["drop-constants", "log1p"], known) == [first, second]
    assert describe_recipe(["drop-constants"], known) == [
        "genes of constant expression were removed"
    ]
