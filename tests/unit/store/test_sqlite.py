from pathlib import Path

from partimento.environment import SystemClock
from partimento.store.opening import open_store


def test_opening_a_sound_database_leaves_its_bytes_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_store(path, SystemClock()).close()
    before = path.read_bytes()
    open_store(path, SystemClock()).close()
    assert path.read_bytes() == before
