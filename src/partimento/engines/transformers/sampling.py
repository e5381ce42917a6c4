"""Which token comes next, for all texts of a batch at once. Knows penalties, masks and chance; leaves what a token
means to `row`.

Each text draws from its own dice, so that a seed gives the same text in any company.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import torch
from msgspec import Struct

from partimento.worker.ports import Sampling


class Taste(Struct, frozen=True, kw_only=True):
    """How a checkpoint's makers like it sampled."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0


class Dice:
    """How the tokens of one text are chosen. `width`: of the logits."""

    def __init__(self, sampling: Sampling, taste: Taste, width: int, device: Any) -> None:
        self.temperature = _or(sampling.temperature, taste.temperature)
        self.top_p = _or(sampling.top_p, taste.top_p)
        self.top_k = int(_or(sampling.top_k, taste.top_k))
        self.min_p = _or(sampling.min_p, taste.min_p)
        self.presence, self.frequency = sampling.presence_penalty or 0.0, sampling.frequency_penalty or 0.0
        self.greedy = self.temperature <= 0
        self.counts = torch.zeros(width, device=device) if self.presence or self.frequency else None
        self._generator = torch.Generator(device)
        seed = secrets.randbits(63) if sampling.seed is None else sampling.seed
        self._generator.manual_seed(seed % (1 << 63))

    def noise(self, width: int) -> torch.Tensor:
        """Exponential: the greatest of probability / noise is a token drawn by its probability."""
        return torch.empty(width, device=self._generator.device).exponential_(generator=self._generator)

    def took(self, token: int) -> None:
        """Count it."""
        if self.counts is not None:
            self.counts[token] += 1


def choose(logits: torch.Tensor, dice: Sequence[Dice], masks: Sequence[torch.Tensor | None]) -> list[int]:
    """A token for each row of the logits; a mask tells the tokens that may come."""
    logits = logits.float()
    for place, (one, mask) in enumerate(zip(dice, masks, strict=True)):
        if one.counts is not None:
            logits[place] -= one.presence * (one.counts > 0) + one.frequency * one.counts
        if mask is not None:
            logits[place].masked_fill_(~mask.to(logits.device, non_blocking=True), float("-inf"))
    chosen = logits.argmax(dim=-1)
    drawn = [place for place, one in enumerate(dice) if not one.greedy]
    if drawn:
        chosen[drawn] = _drawn(logits[drawn], [dice[place] for place in drawn])
    tokens: list[int] = chosen.tolist()
    for one, token in zip(dice, tokens, strict=True):
        one.took(token)
    return tokens


def _drawn(logits: torch.Tensor, dice: Sequence[Dice]) -> torch.Tensor:
    def column(values: list[float]) -> torch.Tensor:
        return torch.tensor(values, device=logits.device)[:, None]

    width = logits.shape[-1]
    logits = logits / column([one.temperature for one in dice])
    if any(0 < one.top_k < width or one.top_p < 1 for one in dice):
        best, order = logits.sort(dim=-1, descending=True)
        before = best.softmax(dim=-1).cumsum(dim=-1) - best.softmax(dim=-1)
        ranks = torch.arange(width, device=logits.device)[None]
        most = column([one.top_k if one.top_k > 0 else width for one in dice])
        out = (before >= column([one.top_p for one in dice])) | (ranks >= most)
        out[:, 0] = False  # the likeliest always may come
        logits = logits.masked_fill(torch.zeros_like(out).scatter(-1, order, out), float("-inf"))
    chances = logits.softmax(dim=-1)
    least = column([one.min_p for one in dice]) * chances.amax(dim=-1, keepdim=True)
    noise = torch.stack([one.noise(width) for one in dice])
    return chances.masked_fill(chances < least, 0.0).div_(noise).argmax(dim=-1)


def _or(asked: float | None, liked: float) -> float:
    return liked if asked is None else asked
