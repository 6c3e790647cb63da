"""The check that a file is refused."""

from __future__ import annotations

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError


def refused(path, code, pattern):
    with pytest.raises(InputError, match=pattern) as caught:
        read_expression(path)
    assert caught.value.code == code
    assert caught.value.remedy
    assert len(str(caught.value).splitlines()) == 1
