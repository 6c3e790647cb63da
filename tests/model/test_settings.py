from __future__ import annotations

from dataclasses import dataclass

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model.settings import Choice, Setting, check_settings, setting, settings_of

K = Setting(
    name="k",
    label="K",
    help="Regulators.",
    default="sqrt",
    kind="integer",
    choices=(Choice("sqrt", "Square root"), Choice("all", "All")),
    minimum=1,
)
THREADS = Setting(
    name="n_threads", label="Threads", help="", kind="integer", minimum=1, unset="all cores"
)
METHOD = Setting(
    name="method",
    label="Method",
    help="",
    default="RF",
    kind="choice",
    choices=lambda: (Choice("RF", "Random Forest"), Choice("ET", "Extra-Trees")),
)
LIMIT = Setting(
    name="limit", label="Limit", help="", kind="duration", minimum=60, maximum=28 * 86400
)
REGION = Setting(
    name="region",
    label="Region",
    help="",
    default="",
    pattern=r"[a-z]{2}-[a-z]+-\d",
    example="a region such as us-east-1",
)
SUBNETS = Setting(
    name="subnets", label="Subnets", help="", default=(), kind="list", pattern=r"subnet-\w+"
)
SETUP = Setting(name="setup", label="Setup", help="", default=(), kind="lines")
TAGS = Setting(name="tags", label="Tags", help="", kind="mapping", default={})
SPOT = Setting(name="spot", label="Spot", help="", default=False, kind="boolean")


def test_parse__of_a_time_that_is_too_long_names_it_as_it_was_meant():
    with pytest.raises(OptionError, match="Limit is 400 d"):
        LIMIT.parse("400d")


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (K, "all", "all"),
        (K, "SQRT", "sqrt"),
        (K, " 50 ", 50),
        (THREADS, "", None),
        (THREADS, "4", 4),
        (METHOD, "et", "ET"),
        (LIMIT, "90m", 5400),
        (LIMIT, "2h", 7200),
        (LIMIT, "1d", 86400),
        (LIMIT, "120", 120),
        (REGION, "", ""),
        (REGION, "eu-west-1", "eu-west-1"),
        (LIMIT, "1-12:00:30", 129_630),
        (SUBNETS, "subnet-a, subnet-b", ("subnet-a", "subnet-b")),
        (SETUP, "module load a, b\n\n source it\n", ("module load a, b", "source it")),
        (TAGS, "project=a=b, lab=c", {"project": "a=b", "lab": "c"}),
        (SPOT, "yes", True),
    ],
)
def test_parse__returns_an_allowed_value_that_to_text_writes(declared, text, value):
    assert declared.parse(text) == value
    assert declared.parse(declared.to_text(value)) == value


@pytest.mark.parametrize(
    ("declared", "text", "message"),
    [
        (K, "0", "K is 0. Give sqrt, all or a whole number from 1."),
        (K, "many", "K is 'many'. Give sqrt, all or a whole number from 1."),
        (METHOD, "XT", "Method is 'XT'. Give RF or ET."),
        (LIMIT, "10", "Limit is 10 s. Give a time from 1 min to 28 d, such as 90m, 2h or 1d."),
        (LIMIT, "soon", "Limit is 'soon'."),
        (LIMIT, "1:99:00", "Limit is '1:99:00'."),
        (REGION, "Mars", "Region is 'Mars'. Give a region such as us-east-1."),
        (TAGS, "project", "Tags is 'project'. Give NAME=VALUE."),
        (SPOT, "perhaps", "Spot is 'perhaps'. Give yes or no."),
    ],
)
def test_parse__names_the_value_and_the_remedy(declared, text, message):
    with pytest.raises(OptionError) as caught:
        declared.parse(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (K, None),
        (K, True),
        (K, 2.5),
        (METHOD, 1),
        (SUBNETS, ["subnet-a"]),
        (SUBNETS, ("vpc-a",)),
        (TAGS, {"a": 1}),
        (SPOT, "yes"),
    ],
)
def test_check__refuses_a_value_of_another_kind(declared, value):
    with pytest.raises(OptionError):
        declared.check(value)


def test_check__names_the_flag_where_it_is_called_so():
    with pytest.raises(OptionError, match=r"--k is 0\."):
        K.check(0, called=K.flag)


def test_load__turns_the_list_of_a_json_file_into_a_tuple():
    assert SUBNETS.load(["subnet-a"]) == ("subnet-a",)


@pytest.mark.parametrize(
    ("declared", "value", "text"),
    [
        (K, "sqrt", "Square root"),
        (K, 1500, "1,500"),
        (THREADS, None, "all cores"),
        (LIMIT, 5400, "1 h 30 min"),
        (LIMIT, 86400, "1 d"),
        (SPOT, True, "yes"),
        (REGION, "", "none"),
    ],
)
def test_format__writes_the_value_for_people(declared, value, text):
    assert declared.format(value) == text


@pytest.mark.parametrize(
    ("declared", "value", "words"),
    [
        (K, 50, ["--k", "50"]),
        (THREADS, None, []),
        (SPOT, False, ["--no-spot"]),
        (SUBNETS, ("subnet-a", "subnet-b"), ["--subnets", "subnet-a", "--subnets", "subnet-b"]),
        (TAGS, {"a": "b"}, ["--tags", "a=b"]),
        (SETUP, ("a b", "--c"), ["--setup", "a b", "--setup=--c"]),
    ],
)
def test_arguments__are_the_words_of_the_command_line(declared, value, words):
    assert declared.arguments(value) == words


@dataclass(frozen=True, slots=True)
class Spec:
    size: int = setting("Size", "How large.", 3, kind="integer", minimum=1)
    tags: dict[str, str] = setting("Tags", "Names.", {}, kind="mapping")
    other: str = ""

    def __post_init__(self) -> None:
        check_settings(self)


def test_settings_of__returns_the_declared_fields_in_order():
    assert list(settings_of(Spec)) == ["size", "tags"]
    assert settings_of(Spec)["size"].flag == "--size"


def test_check_settings__refuses_a_record_with_a_wrong_value():
    with pytest.raises(OptionError, match="Size is 0"):
        Spec(size=0)


def test_setting__gives_each_record_its_own_mapping():
    assert Spec().tags is not Spec().tags
