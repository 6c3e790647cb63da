"""What the tests of the command line share: commands, quick options, and checks of answers."""

from __future__ import annotations

import json

COMMANDS = [
    *(
        "infer",
        "confidence",
        "doctor",
        "links",
        "genes",
        "evaluate",
        "report",
        "views",
        "merge",
        "combine",
        "compare",
        "regulons",
        "activity",
        "enrich",
        "simulate",
        "experiment",
    ),
    *(
        "forecast",
        "submit",
        "status",
        "logs",
        "cancel",
        "collect",
        "resume",
        "cleanup",
        "cloud",
        "cluster",
        "archive",
        "import",
        "app",
    ),
]
QUICK = ["--trees", "3", "--seed", "1"]


def object_in(out):
    return json.loads(out.splitlines()[-1])


def assert_one_line_error(result, *words, code=2):
    found, out, err = result
    assert err.startswith("genie3: error: "), err
    assert err.count("\n") == 1, err
    assert "Traceback" not in err + out
    for word in words:
        assert word in err
    assert found == code
