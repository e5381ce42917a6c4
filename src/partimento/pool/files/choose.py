"""What fits this machine, and what to pull for it. Pure: models, devices and footprints in, choices with their reasons
out; leaves what lies here to `shelf`, which file of a repository is taken to `forms`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import ModelMissing, PartimentoError
from partimento.core.local import Format
from partimento.core.model import Model, Tier
from partimento.pool.deciding import budget
from partimento.pool.memory.fit import ESTIMATED_CONTEXT, estimated, largest_context, most_slots
from partimento.pool.values import Device, Footprint, PoolSettings, gigabytes

COMFORT: Final = 0.75
"""Of main memory, what a model that is recommended may take: the rest is for the system and its programs."""
SLOTS: Final[dict[Tier, int]] = {"small": 4, "medium": 2, "large": 1}
APPLE: Final[tuple[tuple[str, Format], ...]] = (
    ("mlx", "mlx"), ("llamacpp", "gguf"), ("mlx", "safetensors"), ("transformers", "safetensors"),
)  # fmt: skip
ELSEWHERE: Final[tuple[tuple[str, Format], ...]] = (
    ("llamacpp", "gguf"), ("transformers", "safetensors"), ("mlx", "mlx"), ("mlx", "safetensors"),
)  # fmt: skip
"""Engine and form, the first choice first."""
DEVICES: Final[dict[str, tuple[str, ...]]] = {"llamacpp": ("metal", "cpu"), "mlx": ("metal", "cpu")}
"""What an engine of ours can run on, as the extras install it; others: all there is."""
SOURCES: Final[dict[Format, str]] = {"gguf": "gguf", "mlx": "mlx", "safetensors": "original"}

Answer = Literal["yes", "fewer answers", "shorter", "no", "unknown"]
"""fewer answers: than its tier writes at once; shorter: with less context than asked; unknown: its size is not told."""


class Machine(Struct, frozen=True, kw_only=True):
    """What models would run on. `order`: engine and form, the first choice first; `ready`: engines that can run now;
    `bound`: what devices an engine is bound to, by its name."""

    devices: tuple[Device, ...]
    settings: PoolSettings
    order: tuple[tuple[str, Format], ...]
    ready: frozenset[str]
    bound: Mapping[str, tuple[str, ...]] = {}


class Source(Struct, frozen=True):
    """Where a model's files are to be had, in which form, and what would run them."""

    repository: str
    format: Format
    engine: str


class Fit(Struct, frozen=True, kw_only=True):
    """Whether a model fits this machine. `context`, `slots`: what it would have; bytes: with those."""

    model: str
    tier: Tier
    answer: Answer
    context: int = 0
    slots: int = 0
    needs_bytes: int = 0
    device: str = ""
    room_bytes: int = 0
    """The most that models may have on that device."""
    comfortable: bool = False
    """Whether other programs keep their part of the memory."""
    tokens_per_s: float = 0.0
    """The most that the memory's speed allows for one answer; 0: not known."""
    is_estimate: bool = True
    why: str = ""

    def line(self) -> str:
        """The same for people."""
        return f"{self.model}: {self.why}"


class Choice(Struct, frozen=True, kw_only=True):
    """What to pull for a tier: the model (None: nothing fits), where from, and why."""

    tier: Tier
    model: Model | None
    source: Source | None = None
    fit: Fit | None = None
    why: str = ""


def fit_of(
    model: Model,
    machine: Machine,
    *,
    footprint: Footprint | None = None,
    engine: str = "",
    context: int = ESTIMATED_CONTEXT,
    slots: int = 0,
) -> Fit:
    """Whether a model fits. `footprint`: read from its files, where they are here; else the catalog's estimate.

    `engine`: what will run it; "": whatever runs the form that would be pulled. `slots` 0: as its tier has.
    """
    wanted = slots or model.slots or SLOTS.get(model.tier, 1)
    context = min(context, model.context)
    source = source_of(model, machine) if not engine else None
    engine = engine or (source.engine if source else "")
    device = _roomiest(machine, engine)
    told = footprint
    if told is None:
        try:
            told = estimated(model)
        except PartimentoError as error:
            return Fit(model=model.id, tier=model.tier, answer="unknown", why=error.why)
    if device is None:
        return Fit(model=model.id, tier=model.tier, answer="no", why="no device that it could run on")
    room = budget.ceiling(device, machine.settings)
    answer, slots, context = _answer(told, context, wanted, room)
    needs = told.bytes(context, slots)
    share = COMFORT * device.total_bytes if device.name == "cpu" else room
    fit = Fit(
        model=model.id,
        tier=model.tier,
        answer=answer,
        context=context,
        slots=slots,
        needs_bytes=needs,
        device=device.name,
        room_bytes=room,
        comfortable=answer != "no" and needs <= share,
        tokens_per_s=_speed(model, told, device),
        is_estimate=footprint is None,
    )
    return _with_words(fit, told, device, wanted)


def choose(
    tier: Tier, models: Iterable[Model], machine: Machine, today: date, footprints: Mapping[str, Footprint] = {}
) -> Choice:
    """What to pull for a tier: the best that fits with its slots, 8,192 tokens of context each, and room for other
    programs; where nothing does, the best that fits at all."""
    writers = [model for model in models if model.tier == tier and is_to_be_had(model, today)]
    runnable = [(model, source) for model in writers if (source := source_of(model, machine)) is not None]
    if not runnable:
        why = f"the catalog has no {tier} model" if not writers else f"no installed engine runs a {tier} model"
        return Choice(tier=tier, model=None, why=why)
    fits = [
        (fit_of(model, machine, footprint=footprints.get(model.id), engine=source.engine), model, source)
        for model, source in runnable
    ]
    able = [one for one in fits if one[0].answer not in ("no", "unknown")]
    if not able:
        least = min((one for one in fits if one[0].answer == "no"), key=lambda one: one[0].needs_bytes, default=None)
        return Choice(tier=tier, model=None, fit=least[0] if least else None, why=_none_fits(tier, least and least[0]))
    fit, model, source = max(able, key=_merit)
    return Choice(tier=tier, model=model, source=source, fit=fit, why=_reason(fit, model, able))


def suggested(models: Sequence[Model], machine: Machine, today: date) -> tuple[Choice, ...]:
    """A choice for each of the three tiers that run on this machine."""
    return tuple(choose(tier, models, machine, today) for tier in ("small", "medium", "large"))


def source_of(model: Model, machine: Machine) -> Source | None:
    """Where to pull a model from: the first form, in the machine's order, that the catalog names a repository for and
    an engine that is ready runs."""
    if model.weights is None:
        return None
    own = model.engine if model.engine != "llamacpp" else ""
    for engine, form in machine.order:
        repository = model.weights.sources.get(SOURCES[form])
        if repository and engine in machine.ready and (not own or own == engine):
            return Source(repository, form, engine)
    return None


def is_to_be_had(model: Model, today: date) -> bool:
    """Whether it is a model of this machine's kind that writes and is still offered."""
    offered = model.active and model.status(today) != "retired"
    return offered and model.weights is not None and "text" in model.capabilities and not model.base_url


def order(apple: bool) -> tuple[tuple[str, Format], ...]:
    """Engine and form, the first choice first."""
    return APPLE if apple else ELSEWHERE


def devices_of(llama_server: bool) -> dict[str, tuple[str, ...]]:
    """The devices of each engine that cannot use all."""
    return {name: kinds for name, kinds in DEVICES.items() if not (name == "llamacpp" and llama_server)}


def machine(
    devices: Iterable[Device],
    settings: PoolSettings,
    order: tuple[tuple[str, Format], ...],
    ready: Collection[str],
    bound: Mapping[str, tuple[str, ...]],
) -> Machine:
    """The machine as one value."""
    return Machine(devices=tuple(devices), settings=settings, order=order, ready=frozenset(ready), bound=bound)


def room_for(model: Model, machine: Machine, engine: str) -> int:
    """How many bytes of weights would fit, beside the cache of one answer; what a quantisation is chosen by."""
    device = _roomiest(machine, engine)
    if device is None:
        return 0
    try:
        told = estimated(model)
    except ModelMissing:
        return budget.ceiling(device, machine.settings) * 4 // 5
    beside = told.bytes(min(ESTIMATED_CONTEXT, model.context), 1) - told.weights_bytes
    return max(0, budget.ceiling(device, machine.settings) - beside)


def _roomiest(machine: Machine, engine: str) -> Device | None:
    kinds = machine.bound.get(engine, ())
    able = [one for one in machine.devices if not kinds or one.name.partition(":")[0] in kinds]
    return max(able, key=lambda one: budget.ceiling(one, machine.settings), default=None)


def _answer(told: Footprint, context: int, slots: int, room: int) -> tuple[Answer, int, int]:
    """How it fits, with how many slots, of which context."""
    if told.bytes(context, slots) <= room:
        return "yes", slots, context
    if fewer := most_slots(told, context, room, most=slots):
        return "fewer answers", fewer, context
    if shorter := largest_context(told, 1, room):
        return "shorter", 1, min(context, shorter)
    return "no", 1, context


def _speed(model: Model, told: Footprint, device: Device) -> float:
    """Memory's speed over what is read for a token: all weights, or the active experts' part of them."""
    if not device.bandwidth or not told.weights_bytes:
        return 0.0
    active = 1.0
    words = model.weights.parameters.replace(",", "").split() if model.weights else []
    if "active" in words or "effective" in words:
        sizes = [float(word[:-1]) for word in words if word[:-1].replace(".", "", 1).isdigit() and word.endswith("B")]
        active = sizes[1] / sizes[0] if len(sizes) > 1 else 1.0
    return device.bandwidth / (told.weights_bytes * active)


def _with_words(fit: Fit, told: Footprint, device: Device, wanted: int) -> Fit:
    room, needs = gigabytes(fit.room_bytes), gigabytes(fit.needs_bytes)
    about = "about " if fit.is_estimate else ""
    with_what = f"{fit.slots} answer{'s' if fit.slots > 1 else ''} of {fit.context:,} tokens"
    if fit.answer == "no":
        why = f"does not fit: {about}{needs} for {with_what}, {room} may be had on {device.name}"
    elif fit.answer == "shorter":
        why = f"fits with {with_what} only: {about}{needs} of {room} on {device.name}"
    else:
        why = f"fits: {about}{needs} of {room} on {device.name} for {with_what} at once"
        if fit.answer == "fewer answers":
            why += f", {wanted} would not fit"
    if fit.answer != "no":
        if (lacking := told.bytes(fit.context, fit.slots) - device.free_bytes) > 0:
            why += f"; {gigabytes(lacking)} more must become free first"
        if fit.tokens_per_s:
            why += f"; at most {fit.tokens_per_s:.0f} tokens a second"
    return replace(fit, why=why)


def _merit(one: tuple[Fit, Model, Source]) -> tuple[object, ...]:
    """How well it fits first, then quality, then a licence that was confirmed, then the smaller."""
    fit, model, _ = one
    confirmed = model.weights is not None and "not confirmed" not in model.weights.licence
    return (_ease(fit), model.quality, confirmed, -fit.needs_bytes)


def _ease(fit: Fit) -> int:
    """3: with all its answers, and room for other programs; 0: with less context only."""
    return {"yes": 2 + fit.comfortable, "fewer answers": 1}.get(fit.answer, 0)


def _reason(fit: Fit, model: Model, able: Sequence[tuple[Fit, Model, Source]]) -> str:
    alike = [one for one in able if _ease(one[0]) == _ease(fit)]
    better = max((one for one in able if one[1].quality > model.quality), key=lambda one: one[1].quality, default=None)
    among = f"the best of {len(alike)} {fit.tier} models" if len(alike) > 1 else f"the only {fit.tier} model"
    easily = " easily" if _ease(fit) == 3 else ""
    size, licence = (
        (gigabytes(int(model.weights.disk_gb * 1e9)), model.weights.licence) if model.weights else ("?", "?")
    )
    fits = "fit" if len(alike) > 1 else "fits"
    told = f"{model.id}, {among} that {fits}{easily}: {size} to pull, licence {licence}; {fit.why}"
    if not fit.comfortable:
        told += "; it leaves little for other programs"
    if better is not None:
        told += f"; {better[0].model} is better, but {_less(better[0])}"
    return told


def _less(fit: Fit) -> str:
    if fit.answer == "yes":
        return "leaves little for other programs"
    return f"fits with {fit.slots} answer{'s' if fit.slots > 1 else ''} of {fit.context:,} tokens only"


def _none_fits(tier: Tier, least: Fit | None) -> str:
    if least is None:
        return f"of no {tier} model is known what it takes"
    lacking = least.needs_bytes - least.room_bytes
    return f"no {tier} model fits: {least.model}, the smallest, lacks {gigabytes(lacking)}"
