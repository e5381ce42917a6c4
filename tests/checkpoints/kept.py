"""What takes long to make is kept: in the system's temporary folder, by a hash of the code that makes it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_MAKING = ("dialogues.py", "families.py", "folders.py", "learning.py", "words.py")


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled, now or before; not to be written to. Two that make it at once do no harm."""
    place = _room() / f"{name}-{_code()}"
    if not place.is_dir():
        made = Path(tempfile.mkdtemp(dir=_room()))
        try:
            make(made)
            made.rename(place)
        except OSError:
            if not place.is_dir():  # another was first
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return place


def copied(kept_folder: Path, folder: Path) -> Path:
    """A copy, to do with as a test likes."""
    return Path(shutil.copytree(kept_folder, folder, dirs_exist_ok=True))


def _room() -> Path:
    room = Path(tempfile.gettempdir()) / f"partimento-test-checkpoints-{os.getuid()}"
    room.mkdir(mode=0o700, exist_ok=True)
    return room


def _code() -> str:
    told = hashlib.sha256()
    for name in _MAKING:
        told.update((Path(__file__).parent / name).read_bytes())
    return told.hexdigest()[:16]
