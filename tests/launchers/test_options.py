from __future__ import annotations

from dataclasses import dataclass

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.options import LauncherOptions
from genie3_engine.model.settings import setting


@dataclass(frozen=True, slots=True)
class Options(LauncherOptions):
    place = "The queue"

    tasks: int = setting("Tasks", "How many.", 1, kind="integer", minimum=1)
    lines: tuple[str, ...] = setting("Lines", "Lines of text.", (), kind="lines")


def test_to_dict__has_what_differs_as_json_values():
    assert Options(lines=("a",)).to_dict() == {"lines": ["a"]}
    assert Options().to_dict(is_whole=True) == {"tasks": 1, "lines": []}


def test_from_dict__is_the_way_back_and_names_the_place_that_knows_no_such_option():
    options = Options(3, ("a", "b"))
    assert Options.from_dict(options.to_dict()) == options
    with pytest.raises(OptionError, match="The queue has no option 'cores'"):
        Options.from_dict({"cores": 2})


def test_merged__takes_what_was_given_even_where_it_is_the_default():
    assert Options.merged({"tasks": 4, "lines": ["a"]}, {"tasks": 1}) == Options(1, ("a",))


def test_options__refuse_a_value_that_a_setting_does_not_allow():
    with pytest.raises(OptionError, match="--tasks"):
        Options(0)
