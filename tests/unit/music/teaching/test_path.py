"""The order in which concepts are taught."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.music.teaching.path import path


def _ids(*args: object, **more: object) -> list[str]:
    return [one.id for one in path(*args, **more)]  # type: ignore[arg-type]


def test_what_is_needed_comes_first() -> None:
    seen: set[str] = set()
    for one in path(4, 6, "jazz"):
        needed = {need for need in one.needs if need in _ids(4, 6, "jazz")}
        assert needed <= seen, one.id
        seen.add(one.id)


def test_what_is_missing_from_just_below_is_pulled_in() -> None:
    assert "smooth-triads" in _ids(4, 4, "jazz")
    assert "half-and-whole-steps" not in _ids(4, 4, "jazz")


def test_what_is_mastered_is_not_taught_again() -> None:
    fresh = _ids(4, 5, "jazz")
    known = _ids(4, 5, "jazz", mastered=("smooth-triads", "guide-tones"))
    assert "guide-tones" in fresh
    assert set(fresh) - set(known) == {"smooth-triads", "guide-tones"}


def test_other_genres_are_left_out() -> None:
    gospel = path(3, 7, "gospel")
    assert all(
        not one.genres or "gospel" in one.genres or one.level < 3 or _is_needed(one.id, gospel) for one in gospel
    )
    assert "walk-ups" in {one.id for one in gospel}
    assert "montuno" not in {one.id for one in gospel}


def _is_needed(name: str, taught: tuple[object, ...]) -> bool:
    return any(name in one.needs for one in taught)  # type: ignore[attr-defined]


def test_a_genre_goes_by_its_other_names_too() -> None:
    assert _ids(4, 5, "R&B") == _ids(4, 5, "rnb")


def test_goals_bring_in_what_they_name_and_put_it_first() -> None:
    plain, aimed = _ids(5, 6, "jazz"), _ids(5, 6, "jazz", goals="I want to play montuno and drop 2")
    assert "montuno" in aimed
    assert "montuno" not in plain
    assert aimed.index("drop-2") < plain.index("drop-2") or aimed.index("drop-2") < aimed.index("melody-on-top")


def test_every_level_has_something_to_teach_in_every_genre() -> None:
    for genre in "gospel jazz blues classical neosoul reggae latin rnb".split():
        assert all(path(level, level, genre) for level in range(1, 11))


@pytest.mark.parametrize(("low", "high"), [(0, 3), (5, 4), (3, 11)])
def test_levels_that_do_not_exist_are_refused(low: int, high: int) -> None:
    with pytest.raises(BadInput, match="level"):
        path(low, high)


def test_an_unknown_genre_or_concept_is_refused() -> None:
    with pytest.raises(UnknownName):
        path(1, 2, "polka")
    with pytest.raises(UnknownName):
        path(1, 2, mastered=("major-triad",))
