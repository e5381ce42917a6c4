"""What this machine says: settings files, environment, folders, time, chance. Knows where to look, decides nothing."""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from partimento.core.errors import SettingsError
from partimento.core.settings import Configured, Layer, Settings, configure, dotenv_layer, environment_layer, toml_layer
from partimento.store.postgres_url import is_postgres, shown

SETTINGS_FILE = "partimento.toml"


def configured(folder: Path | None = None, **overrides: object) -> Configured:
    """The settings found from `folder` (default: the working folder) and the environment, under `overrides`."""
    here = folder or working_folder()
    layers = []
    if path := settings_path(here):
        layers.append(toml_layer(_read(path), str(path)))
    if _is_file(dotenv := here / ".env"):
        layers.append(dotenv_layer(_read(dotenv), str(dotenv)))
    layers.append(environment_layer(os.environ))
    given = {name: value for name, value in overrides.items() if value is not None}
    return configure([*layers, Layer("argument", given)])


def working_folder() -> Path:
    """The working folder, or the home folder where it has been deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path.home()


def settings_path(here: Path) -> Path | None:
    """The partimento.toml that counts: $PARTIMENTO_CONFIG, the working folder's, else the user's."""
    if named := os.environ.get("PARTIMENTO_CONFIG"):
        if not Path(named).is_file():
            raise SettingsError(
                f"there is no settings file {named}",
                why="PARTIMENTO_CONFIG names it",
                mend="write the file, or unset PARTIMENTO_CONFIG",
            )
        return Path(named)
    for path in (here / SETTINGS_FILE, _user_folder("config") / SETTINGS_FILE):
        if _is_file(path):
            return path
    return None


def data_folder(settings: Settings) -> Path:
    """Where the database lives."""
    return Path(settings.data_folder).expanduser() if settings.data_folder else _user_folder("data")


def pool_folder(settings: Settings) -> Path:
    """Where the pool's daemon listens and remembers: one for all programs of this user, whatever their data folder."""
    return Path(settings.pool_folder).expanduser() if settings.pool_folder else _user_folder("data") / "pool"


def models_folder(settings: Settings) -> Path:
    """Where pulled models lie, for all programs of this user."""
    return Path(settings.models_folder).expanduser() if settings.models_folder else _user_folder("data") / "models"


def database(settings: Settings) -> Path | str:
    """What `open_store` is told: the path of the SQLite file, or the URL of a PostgreSQL database.

    Raises SettingsError for a database this version does not speak to.
    """
    url = settings.database_url.value
    if not url:
        return data_folder(settings) / "partimento.db"
    if is_postgres(url):
        return url
    if not url.startswith("sqlite:///"):
        raise SettingsError(
            f"cannot use the database {url.split('@')[-1]!r}",
            why="this version speaks to SQLite and PostgreSQL",
            mend="write sqlite:///path/to/partimento.db or postgresql://…, or leave database_url out",
        )
    return Path(url.removeprefix("sqlite:///")).expanduser()


def database_place(settings: Settings) -> str:
    """The same as messages may have it: without a password."""
    named = database(settings)
    return shown(named) if isinstance(named, str) else str(named)


class SystemClock:
    """The Clock port on this machine's clocks."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


_chance = random.Random(os.urandom(16))  # ids are told apart, not kept secret; asking the system each time is slow
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _chance.seed(os.urandom(16)))


def new_id() -> str:
    """A sortable identifier: milliseconds in hex, then 64 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}{_chance.getrandbits(64):016x}"


def new_seed() -> int:
    """A seed short enough to read aloud."""
    return _chance.randrange(1_000_000)


def _user_folder(kind: str) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "partimento"
    fallback = {"config": ".config", "data": ".local/share"}[kind]
    root = os.environ.get(f"XDG_{kind.upper()}_HOME")
    return (Path(root) if root else Path.home() / fallback) / "partimento"


def _is_file(path: Path) -> bool:
    """Whether it is there for this user; a folder that may not be searched has nothing for him."""
    try:
        return path.is_file()
    except OSError:
        return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}", why=str(error), mend="make it readable, as UTF-8 text") from error
