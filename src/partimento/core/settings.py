"""Every dial of the house, and which layer set it. Knows names, types, defaults; leaves finding files to the edge.

Layers, weakest first: the default here, `partimento.toml`, `.env`, the environment, an argument in code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from partimento.core.errors import SettingsError
from partimento.core.request import Privacy

BudgetMode = Literal["economy", "balanced", "quality"]
Complexity = Annotated[int, Meta(ge=1, le=10)]
Positive = Annotated[int, Meta(ge=1)]


class Secret:
    """A value that must not be seen: `repr` and `str` show only that it is set, and JSON encoders refuse it."""

    __slots__ = ("value",)

    def __init__(self, value: str = "") -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Secret(set)" if self.value else "Secret(unset)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self.value)


class ModelSetting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[models]]` table: a model of the owner's own, or changed fields of a shipped one of the same id.

    Prices are dollars per million tokens, from `since` (ISO date) on.
    """

    id: str
    engine: str | None = None
    tier: str | None = None
    reach: Complexity | None = None
    provider: str | None = None
    upstream: str | None = None
    base_url: str | None = None
    api_key_setting: str | None = None
    context: int | None = None
    max_output_tokens: int | None = None
    quality: float | None = None
    default: bool | None = None
    active: bool | None = None
    input_usd_per_million: Decimal | None = None
    output_usd_per_million: Decimal | None = None
    since: str | None = None


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each field is one setting: `name` in partimento.toml, `PARTIMENTO_NAME` in the environment."""

    data_folder: str = ""
    """Where the database and media live; empty: the user's data folder of the system."""
    database_url: str = ""
    """`sqlite:///path`; empty: partimento.db in the data folder. Also DATABASE_URL."""
    small_up_to: Complexity = 4
    """The highest complexity that asks for a small model."""
    medium_up_to: Complexity = 7
    """The highest complexity that asks for a medium model; above it, cloud."""
    budget_mode: BudgetMode = "balanced"
    """economy, balanced: the cheapest model that can; quality: the stronger first while money lasts."""
    force_local: bool = False
    """Remove cloud models from every route. Also FORCE_LOCAL_LLM."""
    local_llm_enabled: bool = True
    """Whether local models may be asked. Also LOCAL_LLM_ENABLED."""
    monthly_budget_usd: Decimal | None = None
    """The most all callers together may spend in a calendar month (UTC)."""
    daily_budget_usd: Decimal | None = None
    """The most all callers together may spend in a day (UTC)."""
    user_monthly_budget_usd: Decimal | None = None
    """The most one user may spend in a calendar month."""
    user_daily_budget_usd: Decimal | None = None
    """The most one user may spend in a day."""
    key_monthly_budget_usd: Decimal | None = None
    """The most one key may spend in a calendar month."""
    key_daily_budget_usd: Decimal | None = None
    """The most one key may spend in a day."""
    deadline_s: Annotated[float, Meta(gt=0)] = 120.0
    """How long one request may take, in seconds."""
    max_tokens: Positive = 2048
    """The most tokens a model may write where the request names no number."""
    privacy: Privacy = "full"
    """full: personal data is taken out of what is stored and sent; store-only; off."""
    retention_days: Annotated[int, Meta(ge=0)] = 400
    """How long ledger rows are kept; 0: for ever."""
    ttl: dict[str, Annotated[float, Meta(ge=0)]] = {}
    """Days an answer of a task may be served again, by task name; 0: never served again."""
    models: tuple[ModelSetting, ...] = ()
    """Models of your own, as [[models]] tables."""
    openai_api_key: Secret = Secret()
    """Also OPENAI_API_KEY."""
    openai_base_url: str = ""
    """Also OPENAI_BASE_URL."""


KNOWN_ELSEWHERE = {  # names that other programs set for the same thing
    "DATABASE_URL": "database_url",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "FORCE_LOCAL_LLM": "force_local",
    "LOCAL_LLM_ENABLED": "local_llm_enabled",
}
PREFIX = "PARTIMENTO_"
NO_SETTINGS = frozenset({"PARTIMENTO_CONFIG", "PARTIMENTO_DEBUG", "PARTIMENTO_BASIC_AUTH"})
YES_NO = {"yes": True, "on": True, "1": True, "true": True, "no": False, "off": False, "0": False, "false": False}


PRICE_FIELDS = ("input_usd_per_million", "output_usd_per_million")
MOST_USD = 1_000_000


class Layer(Struct, frozen=True):
    """Settings from one place: `origin` is what `config show` prints."""

    origin: str
    values: Mapping[str, Any]


class Configured(Struct, frozen=True):
    """The settings, and for each name the origin of its value ("default" where nothing set it)."""

    settings: Settings
    origins: Mapping[str, str]


def toml_layer(text: str, origin: str) -> Layer:
    """Read partimento.toml. Raises SettingsError with the line."""
    try:
        return Layer(origin, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"cannot read {origin}", why=str(error), mend="mend that line, or move the file away to run on defaults"
        ) from error


def environment_layer(environ: Mapping[str, str], origin: str = "environment") -> Layer:
    """The settings among environment variables; PARTIMENTO_ names win over what other programs set."""
    values = {f: _plain(f, environ[name]) for name, f in KNOWN_ELSEWHERE.items() if environ.get(name)}
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in NO_SETTINGS:
            field = name.removeprefix(PREFIX).lower()
            values[field] = _plain(field, value)  # an unknown one is refused with its nearest, as in the file
    return Layer(origin, values)


def _plain(field: str, value: str) -> Any:
    """`ttl` and `models` are written as JSON in the environment, and a yes or no in any of the usual words."""
    if field in ("force_local", "local_llm_enabled"):
        return YES_NO.get(value.strip().lower(), value)
    if field not in ("ttl", "models"):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise SettingsError(
            f"cannot read {PREFIX}{field.upper()}",
            why=str(error),
            mend='write it as JSON: {"tutorial": 7} for ttl, [{"id": …}] for models',
        ) from error


def dotenv_layer(text: str, origin: str = ".env") -> Layer:
    """Read KEY=value lines of a .env file; quotes and `export ` are allowed, comments ignored."""
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$", line)
        if match:
            name, value = match.groups()
            quoted = re.match(r"""(["'])(.*)\1""", value)
            pairs[name] = quoted.group(2) if quoted else re.sub(r"\s+#.*$", "", value)
    return environment_layer(pairs, origin)


def configure(layers: Iterable[Layer]) -> Configured:
    """Fold the layers, weakest first. Raises SettingsError naming the setting, its origin and the nearest name."""
    merged: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.__struct_fields__, "default")
    for layer in layers:
        for name, value in layer.values.items():
            if name not in origins:
                near = get_close_matches(name, list(origins), n=1)
                raise SettingsError(
                    f"unknown setting {name!r} in {layer.origin}",
                    why="a misspelt setting would silently not count",
                    mend=f"did you mean {near[0]!r}?" if near else "`partimento config sample` writes them all",
                )
            merged[name] = value
            origins[name] = layer.origin
    try:
        settings = msgspec.convert(merged, Settings, strict=False, dec_hook=_secret)
        _check_amounts(settings, origins)
        return Configured(settings, origins)
    except msgspec.ValidationError as error:
        named = re.search(r"\$\.(\w+)", str(error))
        where = f"{named.group(1)} in {origins.get(named.group(1), 'the settings')}" if named else "the settings"
        raise SettingsError(
            f"cannot use {where}", why=str(error), mend="`partimento config sample` shows how"
        ) from error


def _check_amounts(settings: Settings, origins: Mapping[str, str]) -> None:
    """An amount of money is a number from 0 on: a cap of NaN would hold nothing, a negative price would earn."""
    amounts = [(name, getattr(settings, name), name) for name in settings.__struct_fields__ if name.endswith("_usd")]
    for model in settings.models:
        amounts += [(f"{n} of {model.id}", getattr(model, n), "models") for n in PRICE_FIELDS]
    for told, amount, name in amounts:
        if amount is not None and not (amount.is_finite() and 0 <= amount <= MOST_USD):
            raise SettingsError(
                f"cannot use {told} in {origins[name]}",
                why=f"{amount} is no amount of dollars from 0 to {MOST_USD}",
                mend="write a number such as 2.50",
            )


def _secret(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError
