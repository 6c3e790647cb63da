from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.jobs.turns import Claim, Entry, in_line
from tests import naive

people = st.sampled_from("abcd")
history = st.permutations("abcd").flatmap(
    lambda order: st.integers(0, 4).map(
        lambda n: {person: turn for turn, person in enumerate(order[:n], 3)}
    )
)


def entries(owners, first=1):
    return [Entry(n, f"{n:03d}", Claim(person=each)) for n, each in enumerate(owners, first)]


@given(st.lists(people, max_size=12), st.lists(people, max_size=3), history)
def test_in_line__follows_the_rule(owners, busy, last):
    line = list(in_line(entries(owners, 10), entries(busy), last))
    waiting = [(entry.number, entry.claim.person) for entry in entries(owners, 10)]
    assert [(each.number, each.claim.person) for each in line] == naive.turns(waiting, busy, last)


@given(st.lists(people, max_size=12), history)
def test_in_line__gives_each_person_who_waits_one_turn_before_anyone_has_two(owners, last):
    line = [each.claim.person for each in in_line(entries(owners), [], last)]
    for place, person in enumerate(line):
        since = line.index(person, place + 1) if person in line[place + 1 :] else len(line)
        between = line[place + 1 : since]
        if since < len(line):
            assert len(between) == len(set(between))


@given(st.lists(people, max_size=12), st.lists(people, max_size=3), history)
def test_in_line__keeps_the_order_of_each_person(owners, busy, last):
    line = list(in_line(entries(owners), entries(busy), last))
    assert sorted(line, key=lambda each: each.number) == entries(owners)
    for person in set(owners):
        numbers = [each.number for each in line if each.claim.person == person]
        assert numbers == sorted(numbers)


@given(st.lists(people, max_size=30), st.lists(people, max_size=3), history)
def test_in_line__a_newcomer_waits_for_one_job_of_each_other_person_at_most(owners, busy, last):
    line = list(in_line(entries([*owners, "z"]), entries(busy), last))
    order = [each.claim.person for each in line]
    before = order[: order.index("z")]
    assert len(before) == len(set(before))


def test_in_line__a_hundred_runs_delay_the_first_of_another_by_none():
    line = list(in_line(entries("a" * 100 + "b"), entries("a"), {"a": 7}))
    assert line[0].claim.person == "b"
    assert {each.claim.person for each in line[1:]} == {"a"}
