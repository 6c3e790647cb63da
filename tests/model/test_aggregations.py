"""Tests of the ways to combine lists."""

from genie3_engine.model.aggregations import AGGREGATIONS, RANK_PRODUCT, aggregation_choices
from genie3_engine.registry import load


class TestAggregations:
    def test_aggregations__each_have_a_function(self):
        assert all(callable(load(record.function)) for record in AGGREGATIONS.records())

    def test_rank_product__comes_first(self):
        assert AGGREGATIONS.names()[0] == RANK_PRODUCT


class TestAggregationChoices:
    def test_aggregation_choices__explain_each(self):
        choices = aggregation_choices()
        assert [choice.value for choice in choices] == ["irp", "borda", "mean-share"]
        assert all(choice.label and choice.help for choice in choices)
