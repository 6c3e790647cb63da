from __future__ import annotations

from genie3_engine.commands.parser import build_parser


def test_parser__takes_the_options_of_infer_without_a_folder():
    args = build_parser().parse_args(["forecast", "x.tsv", "--trees", "7", "--budget", "2.5"])
    assert (args.out, args.n_trees, args.budget) == (None, 7, 2.5)
    assert (args.instances, args.within_hours, args.live_prices) == (None, None, False)
