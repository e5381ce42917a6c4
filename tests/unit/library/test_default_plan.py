"""The shipped plan: made by rules alone, every kind in it, nothing in it that cannot be made."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from partimento import AsyncPartimento, plugins
from partimento.core.errors import BadInput
from partimento.library.checking import checked, estimate, request_of
from partimento.library.front import Library
from partimento.library.plan import Known, Unfolded
from partimento.music import genres
from partimento.music.teaching.concepts import concepts
from partimento.music.teaching.kinds import chord_kinds, scale_kinds

KNOWN = Known(plugins.task, plugins.task_names, genres.names)
EVERY = 43
"""A few dozen of its items, over all of its tasks."""


@pytest.fixture
def plan(tmp_path: Path) -> Unfolded:
    def nothing() -> None: ...

    library = Library(nothing, nothing, KNOWN, tmp_path)  # type: ignore[arg-type]  # a plan needs no store
    return checked(library.plan("default"), KNOWN, (), date.today())


def test_it_holds_what_was_promised(plan: Unfolded) -> None:
    tasks = Counter(item.task for item in plan.items())
    assert plan.total >= 1000
    assert tasks["tutorial"] >= 100
    assert tasks["exercise"] >= 500
    looked_up = {item.fields["topic"] for item in plan.items() if item.task == "look_up"}
    assert looked_up >= {f"C{kind.suffix}" for kind in chord_kinds()}
    assert looked_up >= {f"C {name} scale" for name in scale_kinds()}
    assert looked_up >= {concept.title for concept in concepts()}
    assert {item.model for item in plan.items()} == {"rules"}


def test_every_item_of_it_can_be_asked_for_at_no_cost(plan: Unfolded) -> None:
    told = estimate(plan, KNOWN, (), datetime.now(UTC).date())
    assert (told.refused, told.first_refusal) == (0, "")
    assert told.most_usd == 0


def test_no_two_of_its_items_are_the_same_request(plan: Unfolded, tmp_path: Path) -> None:
    from partimento.pipeline.cache import fingerprint

    asked = Counter(fingerprint(request_of(item, KNOWN)) for item in plan.items())
    assert [print_ for print_, count in asked.items() if count > 1] == []


def test_what_it_asks_for_is_made_by_rules_alone(plan: Unfolded, tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncPartimento(data_folder=str(tmp_path)) as client:
            for position in range(0, plan.total, EVERY):
                made = await client.make(request_of(plan.at(position), KNOWN))
                assert made.receipt.model == "rules"

    asyncio.run(work())


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    def nothing() -> None: ...

    library = Library(nothing, nothing, KNOWN, tmp_path)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="cannot read the plan") as refused:
        library.plan(tmp_path / "none.toml")
    assert '"default"' in refused.value.mend
