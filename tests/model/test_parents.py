"""Tests of the lists that a combined run was made of."""

import json
from dataclasses import asdict

from genie3_engine.model.parents import Parent


class TestParent:
    def test_parent__survives_json(self):
        parent = Parent("one", "/runs/1", "ab" * 32, method="Random Forest")
        assert Parent(**json.loads(json.dumps(asdict(parent)))) == parent
