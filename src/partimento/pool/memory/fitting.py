"""What a model's memory is made of, and what else would fit into so much, in figures and words. Pure; leaves the sizes
to `fit`, whether a machine should have the model to `choose`.
"""

from __future__ import annotations

from typing import Final

from partimento.pool.memory.fit import GB, most_slots
from partimento.pool.values import Footprint

CONTEXTS: Final = (2048, 4096, 8192, 16384, 32768, 65536, 131072)
SMALLER_BITS: Final = ((8.5, "8 bits"), (6.6, "6 bits"), (4.85, "4 bits"), (3.9, "3 bits"))
"""Of a weight in the usual quantisations, their scales counted (Q8_0, Q6_K, Q4_K_M, Q3_K_M)."""


def explain(model: str, found: Footprint, context: int, slots: int) -> str:
    """The sum in words: "Phi-3.5-mini: 2.2 GB + 3.2 GB KV at 8k x 1 slot + 0.2 GB for buffers = 5.6 GB"."""
    cache = found.kv_bytes(context, slots)
    whole = found.bytes(context, slots)
    parts = [_size(found.weights_bytes)]
    if cache:
        parts.append(f"{_size(cache)} KV at {_tokens(context)} x {slots} slot{'s' if slots > 1 else ''}")
    if buffers := whole - found.weights_bytes - cache:
        parts.append(f"{_size(buffers)} for buffers")
    return f"{model}: {' + '.join(parts)} = {_size(whole)}"


def combinations(found: Footprint, budget_bytes: int) -> tuple[tuple[int, int], ...]:
    """Each usual context that fits into so much memory and was trained for, with the most answers at once (of 64)."""
    usual = [tokens for tokens in CONTEXTS if tokens <= (found.trained_context or CONTEXTS[-1])]
    most = ((tokens, most_slots(found, tokens, budget_bytes, most=64)) for tokens in usual)
    return tuple((tokens, slots) for tokens, slots in most if slots)


def smaller(found: Footprint, parameters: int, context: int, slots: int, budget_bytes: int) -> str:
    """The finest usual quantisation below the present one that would fit, in words: "4 bits (4.7 GB)"; "": none would.

    `parameters`: how many weights the model has.
    """
    rest = found.bytes(context, slots) - found.weights_bytes
    for bits, said in SMALLER_BITS:
        weights = int(parameters * bits / 8)
        if 0 < weights < found.weights_bytes and weights + rest <= budget_bytes:
            return f"{said} ({_size(weights)})"
    return ""


def _size(count: int) -> str:
    return f"{count / GB:.1f} GB" if count >= GB / 20 else f"{count / 1e6:.0f} MB"


def _tokens(count: int) -> str:
    return f"{count // 1024}k" if count % 1024 == 0 else str(count)
