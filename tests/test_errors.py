from __future__ import annotations

import pickle

import pytest

from genie3_engine import errors


def test_error__is_one_line_of_message_and_remedy():
    error = errors.InputError("Row 3 is\nempty.", "Remove it.")
    assert str(error) == "Row 3 is empty. Remove it."
    assert (error.code, error.exit_code) == ("input", 2)


def test_error__crosses_a_process_boundary_whole():
    error = errors.CloudError("AWS refused.", "Try again.", code="throttled")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is errors.CloudError
    assert (copy.message, copy.remedy, copy.code) == ("AWS refused.", "Try again.", "throttled")


def test_error__codes_are_different():
    kinds = errors.Genie3Error.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("remedy", ["", "Do this."])
def test_error__code_given_replaces_that_of_the_class(remedy):
    assert errors.RunError("x", remedy, code="lost").code == "lost"
