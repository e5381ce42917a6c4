"""`kill -9` at any moment: each answered request is in ledger and memory exactly once; the next start needs no help."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from partimento.environment import SystemClock
from partimento.store.maintenance import check
from partimento.store.sqlite import SqliteStore
from partimento.testing.store_suite import NOON

CHILD = Path(__file__).with_name("recording_child.py")
BOUND, COST = 100, 70  # as in the child


def answered_before_the_kill(path: Path, after: int) -> list[str]:
    """What the child had printed when it was killed, some time after its answer number `after`."""
    with subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        answered = [child.stdout.readline() for _ in range(after)]
        child.kill()
        answered += child.stdout.readlines()
    return [line.decode().strip() for line in answered if line.endswith(b"\n")]


@pytest.mark.parametrize("turn", range(6))
def test_every_answered_request_is_kept_exactly_once(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "p.db"
    answered = answered_before_the_kill(path, random.Random(turn).randrange(0, 600))
    store = SqliteStore.open(path, SystemClock())
    rows = {row.id: row for row in store.rows(most=10_000)}
    items = Counter(name for (name,) in store.write(lambda db: db.execute("SELECT id FROM memory").fetchall()))
    for name in answered:
        assert rows[name].ending == "served"
        assert items[f"item {name}"] == 1
        found = store.look_up(name.encode(), "", NOON)
        assert found is not None
        assert found.value == name.encode()
    assert len(rows) == len(store.rows(most=10_000))
    assert set(items.values()) <= {1}
    assert check(store).problems == ()
    store.close()


@pytest.mark.parametrize("turn", range(6, 9))
def test_no_money_is_lost_and_none_stays_reserved(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "p.db"
    answered_before_the_kill(path, random.Random(turn).randrange(0, 600))
    store = SqliteStore.open(path, SystemClock())
    ((spent, reserved),) = store.ask("total_of", "", "2026-11") or [(0, 0)]
    paid = [row for row in store.rows(most=10_000) if row.cost_pico]
    assert reserved == 0
    assert check(store).open_reservations == 0
    assert spent == sum(row.cost_pico for row in paid)
    assert {(row.ending, row.cost_pico) for row in paid} <= {("served", COST), ("unknown", COST), ("unknown", BOUND)}
    store.close()
