"""How much memory a model takes: weights, keys and values by context and slots, buffers by engine. Reads headers, never
weights; leaves the machine's side to `machine` and what follows to `decide`.

The figures of engines are measured (benchmarks/memory.py; docs/explanation/memory.md tells how near they come).
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from partimento.core.errors import ModelMissing
from partimento.core.local import Files
from partimento.core.model import Model
from partimento.pool.memory import architectures, gguf, safetensors
from partimento.pool.memory.architectures import Architecture, Layer
from partimento.pool.memory.header import Header
from partimento.pool.values import Cache, Footprint

MIB: Final = 1 << 20
GB: Final = 1e9
STATE_BYTES: Final = 4
SAMPLING_BYTES: Final = 24
"""For each word of the vocabulary in each answer: its probability, and the list that is drawn from."""
ESTIMATED_CONTEXT: Final = 8192
"""What a catalog entry's `memory_gb` is for."""


class Habits(Struct, frozen=True, kw_only=True):
    """How an engine uses memory, whatever the model."""

    process_bytes: int
    """The process, before it has a model."""
    batch: int
    """Tokens of a prompt that it reads at once."""
    word_bytes: int
    """For each word of the vocabulary."""
    computing_bytes: int = 4
    """Of a number while it computes."""
    as_stored: bool = False
    """Keys and values have the weights' type: 32 bits where those have; else 16 bits."""
    mask_bytes: int = 0
    """Of the masks of attention, for each token of a batch and each of the context."""
    slot_bytes: int = MIB
    """What it keeps for each answer under way besides."""
    window_extra: int = 0
    """Tokens that it keeps beyond a window."""
    window_step: int = 1
    prompts_bytes: int = 0
    """The most that it keeps of prompts answered before; no more than an eighth of the weights."""
    checkpoints: int = 0
    """How often it keeps a slot's windows and states again, to go back to."""
    unties: frozenset[str] = frozenset()
    """Types of tensor of which it makes two where a model reads and writes words with the same one."""
    slides: frozenset[str] | None = None
    """Families whose windows it makes use of; None: all."""
    compresses: frozenset[str] | None = None
    """Families of which it keeps MLA's short form; None: all."""


REPACKED: Final = frozenset({"Q4_0", "Q4_K", "IQ4_NL", "MXFP4"})
"""Types that llama.cpp brings into another order for this kind of processor; the words' table is then there twice."""
REPACKED_BY_ARM: Final = REPACKED | {"Q5_K", "Q6_K", "Q8_0"}

HABITS: Final = {
    "llamacpp": Habits(
        process_bytes=50 * MIB,
        batch=512,
        word_bytes=320,
        mask_bytes=6,
        window_extra=512,
        window_step=256,
        checkpoints=1,
        unties=REPACKED if platform.machine() in ("x86_64", "AMD64") else REPACKED_BY_ARM,
    ),
    "mlx": Habits(
        process_bytes=200 * MIB,
        batch=512,
        word_bytes=512,
        as_stored=True,
        prompts_bytes=512 * MIB,
        computing_bytes=2,
        mask_bytes=1,
        window_step=256,
        slides=frozenset({
            "gemma3", "gemma3_text", "gemma3n", "gemma3n_text", "gemma4", "gemma4_text", "gpt_oss", "cohere2",
            "exaone4", "exaone_moe", "afmoe", "llama", "ministral3", "olmo3", "plamo2", "plamo3", "mimo_v2_flash",
            "step3p5",
        }),
        compresses=frozenset({"deepseek_v3", "deepseek_v32", "kimi_linear", "glm4_moe_lite", "mistral4"}),
    ),
    "transformers": Habits(
        process_bytes=1200 * MIB, batch=2048, word_bytes=2048, as_stored=True, mask_bytes=4, compresses=frozenset()
    ),
}  # fmt: skip


def footprint(files: Files, engine: str) -> Footprint:
    """What a model of these files takes in that engine. NotConfigured for files that are not whole."""
    if engine == "scripted":
        path = Path(files.path)
        return Footprint(weights_bytes=path.stat().st_size if path.is_file() else 0, words="scripted")
    header = header_of(files)
    besides = [*([files.projector] if files.projector else []), *(adapter.path for adapter in files.adapters)]
    besides_bytes = sum(_size(Path(path)) for path in besides)
    return weighed(header, architectures.of(header), engine, besides_bytes=besides_bytes)


def header_of(files: Files) -> Header:
    """What a model's files tell, in either format."""
    path = Path(files.path)
    return gguf.read(path) if files.format == "gguf" else safetensors.read(path)


def weighed(header: Header, model: Architecture, engine: str, *, besides_bytes: int = 0) -> Footprint:
    """The footprint of a model whose header is read; `besides_bytes`: of a projector and adapters."""
    habits = HABITS.get(engine, HABITS["transformers"])  # an engine not known here is taken for the roomiest
    state = sum(layer.state_elements for layer in model.layers) * STATE_BYTES
    return Footprint(
        weights_bytes=header.weights_bytes + _twice(header, habits) + besides_bytes,
        caches=_caches(model, habits, 4 if habits.as_stored and header.quantisation == "F32" else 2),
        slot_bytes=habits.slot_bytes + SAMPLING_BYTES * header.vocabulary + state * (1 + habits.checkpoints),
        buffer_bytes=habits.process_bytes
        + habits.word_bytes * header.vocabulary
        + min(habits.prompts_bytes, header.weights_bytes // 8)
        + _computing(model, habits),
        token_bytes=habits.mask_bytes * habits.batch if any(layer.token_elements for layer in model.layers) else 0,
        trained_context=model.facts.trained_context,
        words=model.words,
    )


def _caches(model: Architecture, habits: Habits, element_bytes: int) -> tuple[Cache, ...]:
    by_window: dict[int, int] = {}
    family = model.facts.family
    slides = habits.slides is None or family in habits.slides
    short = habits.compresses is None or family in habits.compresses
    for layer in model.layers:
        elements = layer.token_elements if short else layer.expanded_elements
        if elements:
            window = _kept(layer, habits) if slides else 0
            kept = elements * (1 + habits.checkpoints) if window else elements
            by_window[window] = by_window.get(window, 0) + kept * element_bytes
    return tuple(Cache(token_bytes, window) for window, token_bytes in sorted(by_window.items()))


def _kept(layer: Layer, habits: Habits) -> int:
    if not layer.window:
        return 0
    return -(-(layer.window + habits.window_extra) // habits.window_step) * habits.window_step


def _computing(model: Architecture, habits: Habits) -> int:
    """The numbers that one batch needs at once in its widest layer."""
    facts = model.facts
    widest = 3 * facts.feed_forward + 9 * max(facts.embedding, facts.heads * facts.key) // 2
    state = max((layer.state_elements for layer in model.layers), default=0)
    return habits.batch * widest * habits.computing_bytes + 4 * state * STATE_BYTES


def _twice(header: Header, habits: Habits) -> int:
    tables = [tensor for tensor in header.tensors if tensor.name in ("token_embd.weight", "output.weight")]
    tied = len(tables) == 1 and tables[0].name == "token_embd.weight" and tables[0].type in habits.unties
    return tables[0].bytes if tied else 0


def _size(path: Path) -> int:
    try:
        found: Iterable[Path] = path.rglob("*") if path.is_dir() else [path]
        return sum(file.stat().st_size for file in found if file.is_file() or not path.is_dir())
    except OSError as error:
        raise ModelMissing(f"{str(path)!r} is not here", why=str(error), mend="pull it, or mend its path") from error


def estimated(model: Model) -> Footprint:
    """What a model that is not here yet will take, by its catalog entry: an estimate, and it says so.

    Of the memory told for one answer of 8,192 tokens, what is neither weights nor buffers is taken for a cache of all
    tokens. Where the catalog tells no memory, a fifth of the weights is.
    """
    weights = model.weights
    if weights is None or not weights.disk_gb:
        raise ModelMissing(
            f"what {model.id} takes is not known", why="it is not here, and the catalog tells no size", mend="pull it"
        )
    disk = int(weights.disk_gb * GB)
    memory = int(weights.memory_gb * GB) or disk * 6 // 5 + 300 * MIB
    buffers = min(300 * MIB, max(0, memory - disk) // 2)
    cache = max(0, memory - disk - buffers) // ESTIMATED_CONTEXT
    return Footprint(
        weights_bytes=disk,
        caches=(Cache(cache),) if cache else (),
        buffer_bytes=buffers,
        trained_context=model.context,
        words=f"an estimate from the catalog, for {weights.parameters} parameters in 4 bits",
    )


def largest_context(found: Footprint, slots: int, budget_bytes: int, *, step: int = 256) -> int:
    """The most tokens that each of `slots` answers may have in so much memory, a multiple of `step`; 0: none fits.

    No more than the model was trained for.
    """
    most = found.trained_context or 1 << 20
    if found.bytes(step, slots) > budget_bytes:
        return 0
    low, high = 1, max(1, most // step)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if found.bytes(middle * step, slots) <= budget_bytes else (low, middle - 1)
    return min(most, low * step)


def most_slots(found: Footprint, context: int, budget_bytes: int, *, most: int = 256) -> int:
    """How many answers of `context` tokens may be under way at once in so much memory; 0: none."""
    return next((slots for slots in range(most, 0, -1) if found.bytes(context, slots) <= budget_bytes), 0)
