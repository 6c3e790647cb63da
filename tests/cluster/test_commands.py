"""The way from an account on a cluster to a network, as the documentation shows it."""

from __future__ import annotations

import pytest

from tests.test_docs import RUN_ON_A_CLUSTER, blocks, engine_arguments, run_blocks, shell

__all__ = ["shell"]  # a fixture

pytestmark = pytest.mark.slow(15, waits=True)


@pytest.mark.usefixtures("slurm")
@pytest.mark.parametrize("document", RUN_ON_A_CLUSTER)
def test_document__runs_from_top_to_bottom(document, shell):
    run_blocks(document, shell)


def test_document__leads_to_a_network_in_ten_commands():
    commands = [
        command
        for block in blocks("docs/cluster.md")
        if block.is_run
        for command, _ in block.commands()
    ]
    assert len(commands) == 10
    assert all(engine_arguments(command) for command in commands)
