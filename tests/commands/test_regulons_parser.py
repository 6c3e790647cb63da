import pytest

from genie3_engine.commands.parser import build_parser
from genie3_engine.regulons.activity import TOP_SHARE
from genie3_engine.regulons.rules import RULES, parse_rules
from genie3_engine.regulons.selection import RegulonOptions


@pytest.mark.parametrize("command", ["regulons", "activity"])
def test_defaults__are_the_engine_s(command):
    args = build_parser().parse_args([command, "run"])
    options = RegulonOptions(parse_rules(args.rule), args.sign, args.min_genes)
    assert options == RegulonOptions()
    assert getattr(args, "top_share", TOP_SHARE) == TOP_SHARE


def test_help__names_every_rule(call):
    out = call("regulons", "--help")[1]
    assert all(f"{name}=" in out for name in RULES.names())
    assert "pyscenic" in out
