"""What the pool keeps in its folder: marks of children, what was measured, locks, a place to listen."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from partimento.core.errors import ModelMissing, NotConfigured
from partimento.core.local import Files
from partimento.engines.scripted.child import local_engine
from partimento.environment import SystemClock
from partimento.pool.daemon import measurements
from partimento.pool.daemon.footprints import FRESH_S, Footprints
from partimento.pool.lock import daemon_lock, holder, own_folder
from partimento.pool.processes import marks
from partimento.pool.values import Measured, Wanted


def test_a_process_is_told_from_a_later_one_of_its_number() -> None:
    assert marks.began(os.getpid()) == marks.began(os.getpid()) != ""
    child = subprocess.Popen([sys.executable, "-c", ""])
    began = marks.began(child.pid)
    child.wait()
    assert marks.began(child.pid) == ""
    assert began != marks.began(os.getpid())


def test_a_mark_is_taken_away_with_its_child(tmp_path: Path) -> None:
    marks.put(tmp_path, os.getpid(), "me")
    assert list((tmp_path / "children").iterdir())
    marks.take(tmp_path, os.getpid())
    assert marks.reap(tmp_path) == ()


def test_what_was_measured_is_there_again(tmp_path: Path) -> None:
    measured = measurements.remembered({}, "a", (Measured(8192, 4, 100, 1.5, 30.0),))
    measured = measurements.remembered(measured, "b", (Measured(2048, 1),))
    measured = measurements.remembered(measured, "a", (Measured(8192, 4, 200, 1.5, 30.0),))
    measurements.keep(tmp_path, measured)
    assert list(measurements.recalled(tmp_path)) == ["b", "a"]
    assert measurements.recalled(tmp_path)["a"] == (Measured(8192, 4, 200, 1.5, 30.0),)
    assert [path.name for path in tmp_path.iterdir()] == [measurements.NAME]


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[]"])
def test_measurements_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / measurements.NAME).write_text(text)
    assert measurements.recalled(tmp_path) == {}


def test_the_longest_unmeasured_models_are_forgotten() -> None:
    measured: dict[str, tuple[Measured, ...]] = {}
    for number in range(measurements.MOST + 5):
        measured = measurements.remembered(measured, str(number), ())
    assert len(measured) == measurements.MOST
    assert next(iter(measured)) == "5"


def test_a_lock_is_held_by_one_and_goes_with_its_process(tmp_path: Path) -> None:
    program = f"""
import time
from pathlib import Path
from partimento.pool.lock import daemon_lock
assert daemon_lock(Path({str(tmp_path)!r})).taken()
lock = daemon_lock(Path({str(tmp_path)!r}))
print(lock.taken(), flush=True)
time.sleep(60)
"""
    # the first lock is let go with its object's file only when the process ends
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.readline() == "False\n"
    lock = daemon_lock(tmp_path)
    assert not lock.taken()
    other.kill()
    other.wait()
    assert lock.taken()
    assert lock.taken()
    lock.give_back()


def test_a_folder_of_the_pool_is_its_owners_alone(tmp_path: Path) -> None:
    folder = own_folder(tmp_path / "a" / "pool")
    assert folder.stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("")
    with pytest.raises(NotConfigured, match="cannot use"):
        own_folder(tmp_path / "file")


def test_a_folder_with_other_things_in_it_is_not_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    own_folder(tmp_path).chmod(0o755)
    (tmp_path / "holiday.jpg").write_text("")
    with pytest.raises(NotConfigured, match="cannot use"):
        own_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_who_holds_the_lock_of_the_daemon_is_known(tmp_path: Path) -> None:
    lock = daemon_lock(tmp_path)
    assert holder(tmp_path) == 0
    assert lock.taken()
    assert holder(tmp_path) == os.getpid()
    lock.give_back()
    assert holder(tmp_path) == 0
    assert holder(tmp_path / "none") == 0


class _Clock(SystemClock):
    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_a_footprint_is_read_once_and_again_when_its_files_change(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"bytes": "100"}')
    wanted = Wanted(model="m", engine="scripted", files=Files(str(tmp_path), "safetensors"))
    clock = _Clock()
    footprints = Footprints({"scripted": local_engine}, clock)
    assert footprints.at_hand(wanted) is None
    first = asyncio.run(footprints.read(wanted))
    assert first.weights_bytes == 100
    assert footprints.at_hand(wanted) is first
    clock.at = FRESH_S + 1
    assert footprints.at_hand(wanted) is None
    assert asyncio.run(footprints.read(wanted)) is first
    script.write_text('{"bytes": "20000", "token_bytes": "3"}')
    assert asyncio.run(footprints.read(wanted)).bytes(10, 2) == 20060


def test_missing_files_are_told(tmp_path: Path) -> None:
    wanted = Wanted(model="m", engine="scripted", files=Files(str(tmp_path / "none.gguf"), "gguf"))
    with pytest.raises(ModelMissing, match=r"none\.gguf"):
        asyncio.run(Footprints({"scripted": local_engine}, _Clock()).read(wanted))
