"""Which kind of voicing a word means, and which a level studies."""

from __future__ import annotations

import pytest

from partimento.core.errors import UnknownName
from partimento.music.voicing.study import kind_for, kind_named


@pytest.mark.parametrize(("word", "kind"), [("Rootless", "rootless"), ("drop-2", "drop2"), ("neo-soul", "neosoul")])
def test_a_kind_is_known_however_it_is_written(word: str, kind: str) -> None:
    assert kind_named(word) == kind


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownName, match="spready"):
        kind_named("spready")


def test_the_higher_the_level_the_richer_the_kind() -> None:
    assert [kind_for(level) for level in (1, 3, 4, 6, 7, 8, 10)] == [
        "shell", "close", "rootless", "drop2", "spread", "quartal", "quartal",
    ]  # fmt: skip
