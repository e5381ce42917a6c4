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
from partimento.core.model import Capability, Dialect, Replica
from partimento.core.request import Privacy

BudgetMode = Literal["economy", "balanced", "quality"]
LogLevel = Literal["off", "errors", "requests"]
PoolMode = Literal["auto", "exclusive", "manual"]
LogFormat = Literal["auto", "json", "text"]
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
    base_urls: tuple[str | Replica, ...] | None = None
    dialect: Dialect | None = None
    api_key_setting: str | None = None
    context: int | None = None
    max_output_tokens: int | None = None
    capabilities: frozenset[Capability] | None = None
    quality: float | None = None
    default: bool | None = None
    active: bool | None = None
    path: str | None = None
    slots: Positive | None = None
    pinned: bool | None = None
    keep_s: float | None = None
    adapters: dict[str, str] | None = None
    options: dict[str, str] | None = None
    input_usd_per_million: Decimal | None = None
    output_usd_per_million: Decimal | None = None
    since: str | None = None


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each field is one setting: `name` in partimento.toml, `PARTIMENTO_NAME` in the environment."""

    data_folder: str = ""
    """Where the database and media live; empty: the user's data folder of the system."""
    database_url: Secret = Secret()
    """`sqlite:///path` or `postgresql://…`; empty: partimento.db in the data folder. Also DATABASE_URL."""
    small_up_to: Complexity = 4
    """The highest complexity that asks for a small model."""
    medium_up_to: Complexity = 7
    """The highest complexity that asks for a medium model; above it, cloud."""
    budget_mode: BudgetMode = "balanced"
    """economy, balanced: the cheapest model that can; quality: the stronger first while money lasts."""
    trial_share: Annotated[float, Meta(ge=0, le=0.5)] = 0.05
    """The share of requests on which a cheaper, unproven model is tried first, where checks can tell; 0: none."""
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
    anthropic_api_key: Secret = Secret()
    """Also ANTHROPIC_API_KEY."""
    anthropic_base_url: str = ""
    """Also ANTHROPIC_BASE_URL."""
    gemini_api_key: Secret = Secret()
    """Also GEMINI_API_KEY or GOOGLE_API_KEY."""
    gemini_base_url: str = ""
    """Also GEMINI_BASE_URL."""
    ollama_host: str = ""
    """Where Ollama answers. Also OLLAMA_HOST."""
    host: str = "127.0.0.1"
    """The address `serve` listens on; anything but loopback needs a key first."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    """The port `serve` listens on."""
    workers: Positive = 1
    """How many processes `serve` runs on one database."""
    basic_auth: Secret = Secret()
    """user:password that HTTP Basic accepts beside keys. Also PARTIMENTO_BASIC_AUTH."""
    require_key: bool = False
    """Whether loopback, too, must show a key."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names besides loopback's own by which `serve` may be called."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of pages besides our own that may write."""
    largest_request: Positive = 32 * 1024 * 1024
    """The most bytes a request's body may have."""
    cache_chat: bool = False
    """Whether chat with a temperature above 0, tools or a history is remembered too."""
    chat_privacy: Privacy = "store-only"
    """What is done with personal data in chat, where key and header do not say."""
    local_tasks: tuple[str, ...] = ()
    """Tasks whose requests never go to a cloud model."""
    drain_s: Annotated[float, Meta(ge=0)] = 30.0
    """How long requests under way may take once `serve` is told to stop."""
    log_level: LogLevel = "errors"
    """What `serve` logs: requests that failed, every request, or nothing."""
    log_format: LogFormat = "auto"
    """auto: text on a terminal, else one JSON object a line."""
    models_folder: str = ""
    """Where pulled models lie; empty: `models` in the user's data folder. The Hugging Face cache is read too."""
    gemma_model_path: str = ""
    """A Gemma model that is already here: a GGUF file or a checkpoint's folder. Also GEMMA_MODEL_PATH."""
    hf_token: Secret = Secret()
    """What the Hugging Face hub asks for before it gives out some models. Also HF_TOKEN."""
    llama_server: str = ""
    """A llama-server program of your own that GGUF files run in; empty: the `llama` extra's."""
    pool_folder: str = ""
    """Where the pool's daemon listens and remembers; empty: `pool` in the user's data folder, one for all programs."""
    pool_mode: PoolMode = "auto"
    """auto: as many local models in memory as fit; exclusive: one at a time; manual: only what is loaded by hand."""
    pool_memory_gb: Annotated[float, Meta(gt=0)] | None = None
    """The most memory that local models may have together, in GB; unset: what is free."""
    pool_headroom_gb: Annotated[float, Meta(ge=0)] = 1.0
    """What local models leave free for other programs, in GB."""
    keep_s: Annotated[float, Meta(ge=0)] = 300.0
    """How long a local model stays in memory unused, in seconds."""
    local_context: Annotated[int, Meta(ge=256)] = 8192
    """Tokens of context that a local model is loaded with, unless a request needs more."""
    local_slots: Annotated[int, Meta(ge=0, le=256)] = 0
    """How many answers a local model writes at once; 0: 4 of a small one, 2 of a medium one, 1 of a large one."""
    otel_endpoint: str = ""
    """Where `serve` sends traces by OTLP over HTTP; empty: as OTEL_EXPORTER_OTLP_ENDPOINT says, if at all."""


KNOWN_ELSEWHERE = {  # names that other programs set for the same thing
    "DATABASE_URL": "database_url",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "ANTHROPIC_API_KEY": "anthropic_api_key",
    "ANTHROPIC_BASE_URL": "anthropic_base_url",
    "GOOGLE_API_KEY": "gemini_api_key",
    "GEMINI_API_KEY": "gemini_api_key",
    "GEMINI_BASE_URL": "gemini_base_url",
    "OLLAMA_HOST": "ollama_host",
    "FORCE_LOCAL_LLM": "force_local",
    "LOCAL_LLM_ENABLED": "local_llm_enabled",
    "GEMMA_MODEL_PATH": "gemma_model_path",
    "HF_TOKEN": "hf_token",
}
PREFIX = "PARTIMENTO_"
NO_SETTINGS = frozenset({"PARTIMENTO_CONFIG", "PARTIMENTO_DEBUG"})
YES_NO = {"yes": True, "on": True, "1": True, "true": True, "no": False, "off": False, "0": False, "false": False}


_YES_OR_NO = ("force_local", "local_llm_enabled", "require_key", "cache_chat")
_LISTS = ("allowed_hosts", "allowed_origins", "local_tasks")
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
    """`ttl` and `models` are written as JSON in the environment, a yes or no in any of the usual words, lists with
    commas."""
    if field in _YES_OR_NO:
        return YES_NO.get(value.strip().lower(), value)
    if field in _LISTS:
        return [part.strip() for part in value.split(",") if part.strip()]
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
