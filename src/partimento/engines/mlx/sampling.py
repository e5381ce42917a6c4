"""How the next token is chosen from what the model makes of it. Knows MLX's arrays; each seeded text has its own dice,
so that what is made beside it does not change it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mlx.core as mx
from mlx_lm.sample_utils import apply_min_p, apply_top_k, apply_top_p

from partimento.worker.ports import Sampling

TEMPERATURE = 0.8
"""Where neither the caller nor the checkpoint says one: llama-server's."""

Sampler = Callable[[Any], Any]
Bias = Callable[[Any, Any], Any]
"""Of mlx_lm: all tokens so far and the row's logits (1 by vocabulary), to logits."""


def sampler_of(sampling: Sampling, liked: dict[str, float]) -> Sampler:
    """From log probabilities (rows by vocabulary) to tokens. `liked`: what the checkpoint likes."""
    temperature = sampling.temperature
    if temperature is None:
        temperature = liked.get("temperature", TEMPERATURE)
    if temperature == 0:
        return greedy
    top_k = sampling.top_k if sampling.top_k is not None else int(liked.get("top_k", 0))
    top_p = sampling.top_p if sampling.top_p is not None else liked.get("top_p", 1.0)
    chosen = (temperature, top_p, top_k, sampling.min_p or 0.0)
    if sampling.seed is None:
        return _shared(*chosen)
    return _dice(sampling.seed, *chosen)


def greedy(logprobs: Any) -> Any:
    """The likeliest. One function for all rows, so that mlx_lm samples them at once."""
    return mx.argmax(logprobs, axis=-1)


def penalties_of(sampling: Sampling, prompt_tokens: int) -> list[Bias]:
    """OpenAI's presence and frequency penalties, over the tokens of the answer."""
    presence, frequency = sampling.presence_penalty or 0.0, sampling.frequency_penalty or 0.0
    if not presence and not frequency:
        return []

    def penalised(tokens: Any, logits: Any) -> Any:
        made = tokens[prompt_tokens:]
        if made.size == 0:
            return logits
        counts = mx.zeros(logits.shape[-1], dtype=mx.float32).at[made].add(1.0)
        less = frequency * counts + presence * (counts > 0)
        return logits - less.astype(logits.dtype)

    return [penalised]


@lru_cache(maxsize=64)
def _shared(temperature: float, top_p: float, top_k: int, min_p: float) -> Sampler:
    """Unseeded texts of one manner share their dice, and are sampled at once."""
    return _dice(secrets.randbits(63), temperature, top_p, top_k, min_p)


def _dice(seed: int, temperature: float, top_p: float, top_k: int, min_p: float) -> Sampler:
    key = mx.random.key(seed % (1 << 64))

    def sample(logprobs: Any) -> Any:
        nonlocal key
        key, now = mx.random.split(key)
        if 0 < top_k < logprobs.shape[-1]:
            logprobs = apply_top_k(logprobs, top_k)
        if 0 < top_p < 1:
            logprobs = apply_top_p(logprobs, top_p)
        if min_p > 0:
            logprobs = apply_min_p(logprobs, min_p)
        return mx.random.categorical(logprobs * (1.0 / temperature), key=now)

    return sample
