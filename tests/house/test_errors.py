"""The error tree is complete: every error has its default message, its exit code, its HTTP status."""

from __future__ import annotations

import re

import pytest

from partimento.core import errors

EVERY = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, errors.PartimentoError)]


@pytest.mark.parametrize("error", EVERY)
def test_an_error_says_what_happened_in_its_docstring(error: type[errors.PartimentoError]) -> None:
    assert error.__doc__
    assert error.__doc__.strip().endswith(".")


@pytest.mark.parametrize("error", EVERY)
def test_the_drawn_tree_tells_the_truth(error: type[errors.PartimentoError]) -> None:
    drawn = re.search(rf"\b{error.__name__}\s+(\d+)\s+(\d+)", errors.__doc__ or "")
    assert drawn, f"{error.__name__} is not in the drawing"
    assert (int(drawn[1]), int(drawn[2])) == (error.exit_code, error.status)


def test_an_unknown_name_comes_with_the_nearest() -> None:
    error = errors.UnknownName("genre", "gospell", ["gospel", "jazz"])
    assert error.nearest == "gospel"
    assert "gospel" in error.mend
    assert errors.UnknownName("genre", "qqq", ["gospel", "jazz"]).mend == "choose one of: gospel, jazz"
