from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from partimento import BadInput, Partimento


@pytest.fixture
def pt(tmp_path: Path) -> Iterator[Partimento]:
    with Partimento(data_folder=str(tmp_path)) as opened:
        yield opened


def test_what_is_rated_well_becomes_training_data(pt: Partimento) -> None:
    good = pt.analyze("Dm7 G7 Cmaj7", key="C").receipt.memory_id
    poor = pt.analyze("C F G C", key="C").receipt.memory_id
    pt.rate(good, 5)
    pt.rate(poor, 2)
    (pair,) = pt.export_training_data(min_rating=4.0, verified_only=False)
    assert "Dm7 G7 Cmaj7" in pair["prompt"]
    assert json.loads(pair["completion"])["numerals"] == ["ii7", "V7", "Imaj7"]
    assert pair["tags"] == ["theory", "rules"]


def test_only_what_is_verified_is_exported_unless_asked(pt: Partimento) -> None:
    pt.rate(pt.analyze("Dm7 G7 Cmaj7").receipt.memory_id, 5)
    assert pt.export_training_data() == []


def test_a_rated_answer_is_never_pruned(pt: Partimento) -> None:
    from partimento.store import maintenance

    pt.rate(pt.analyze("Dm7 G7 Cmaj7").receipt.memory_id, 1)
    pt.analyze("C F G C")
    assert maintenance.prune(pt.async_.store, 0.0, "theory").items == 1
    assert len(pt.export_training_data(0, verified_only=False)) == 1


@pytest.mark.parametrize(("memory_id", "rating"), [("nothing", 3), ("nothing", 6), ("nothing", -1)])
def test_a_rating_of_nothing_or_beyond_the_scale_is_refused(pt: Partimento, memory_id: str, rating: int) -> None:
    with pytest.raises(BadInput):
        pt.rate(memory_id, rating)
