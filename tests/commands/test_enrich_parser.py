from genie3_engine.commands.parser import build_parser
from genie3_engine.enrichment.options import EnrichmentOptions, Universe


def test_defaults__are_the_engine_s():
    args = build_parser().parse_args(["enrich", "run", "--sets", "x.gmt"])
    options = EnrichmentOptions(Universe(args.universe), args.min_size, args.max_size, args.q)
    assert options == EnrichmentOptions()


def test_sets__are_an_option_of_reports_too():
    args = build_parser().parse_args(
        ["report", "run", "-o", "x.html", "--sets", "a", "--sets", "b"]
    )
    assert [path.name for path in args.sets] == ["a", "b"]
