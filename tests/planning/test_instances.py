import pytest

from genie3_engine.errors import Genie3Error, OptionError
from genie3_engine.planning import Price, catalogue, priced


class Prices:
    def __init__(self, found, region=""):
        self.found, self.region = found, region

    def prices(self, instance_types, region):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_catalogue__knows_cores_memory_price_and_date():
    found = catalogue().named("ml.m5.xlarge")
    assert (found.vcpu, found.physical_cores, found.memory_bytes) == (4, 2, 16 * 2**30)
    assert found.dollars_per_hour == 0.23
    assert found.family == "ml.m5"
    assert catalogue().price_date == "2026-09-27"


def test_catalogue__every_row_is_possible():
    names = [one.name for one in catalogue().instances]
    assert len(set(names)) == len(names) > 30
    for one in catalogue().instances:
        assert 0 < one.physical_cores <= one.vcpu
        assert one.dollars_per_hour is None or 0.05 < one.dollars_per_hour < 20


def test_catalogue__unknown_type_names_the_known_ones():
    with pytest.raises(OptionError, match=r"ml\.c5\.xlarge"):
        catalogue().named("ml.c5.huge")


def test_priced__today_where_somebody_answers_and_dated_elsewhere():
    now = priced(catalogue(), Prices({"ml.c5.xlarge": Price(0.5, 0.2)}))
    assert now.named("ml.c5.xlarge").dollars_per_hour == 0.5
    assert now.named("ml.c5.xlarge").spot_dollars_per_hour == 0.2
    assert now.named("ml.m5.xlarge").dollars_per_hour == 0.23
    assert now.price_date == "today"


def test_priced__dated_table_stays_when_nobody_answers():
    assert priced(catalogue(), Prices(Genie3Error("no", "wait", code="cloud"))) == catalogue()
    assert priced(catalogue(), Prices({})) == catalogue()


def test_priced__another_region_without_an_answer_has_no_price():
    there = priced(catalogue(), Prices({}, "eu-west-1"))
    assert there.region == "eu-west-1"
    assert there.named("ml.c5.xlarge").dollars_per_hour is None
