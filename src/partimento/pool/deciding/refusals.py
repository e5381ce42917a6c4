"""The words of every no: what happened, why, and the mend. Knows wording only; leaves when to refuse to the others."""

from __future__ import annotations

from collections.abc import Sequence

from partimento.pool.deciding.effects import Refusal
from partimento.pool.deciding.state import Known
from partimento.pool.values import Device, gigabytes


def full(known: Known, length: int, wait_s: float) -> Refusal:
    return Refusal(
        kind="full",
        what=f"{known.wanted.model} has no place in its queue",
        why=f"{known.waiting} requests wait for it, of {length} that may",
        mend="try again later, or choose another model",
        retry_after_s=max(1.0, wait_s),
    )


def late(known: Known, waited_s: float, wait_s: float) -> Refusal:
    return Refusal(
        kind="late",
        what=f"{known.wanted.model} was not free in time",
        why=f"the request waited {waited_s:.0f} s, as long as it may" + (f"; {known.reason}" if known.reason else ""),
        mend="give it more time, or choose another model",
        retry_after_s=max(1.0, wait_s),
    )


def too_long(known: Known, need: int, limit: int) -> Refusal:
    return Refusal(
        kind="too large",
        what=f"the request is too long for {known.wanted.model}",
        why=f"it needs {need} tokens, the model takes {limit}",
        mend="shorten it, ask for fewer tokens, or choose a model with a larger context",
    )


def too_large(known: Known, least_bytes: int, device: Device, most_bytes: int) -> Refusal:
    return Refusal(
        kind="too large",
        what=f"{known.wanted.model} does not fit this machine",
        why=f"it takes at least {gigabytes(least_bytes)}, {device.name} may have {gigabytes(most_bytes)} of "
        f"{gigabytes(device.total_bytes)} for models",
        mend="choose a smaller model or a smaller quantisation, or raise pool_memory_gb",
    )


def short(known: Known, least_bytes: int, device: Device, most_bytes: int, retry_s: float) -> Refusal:
    return Refusal(
        kind="too large",
        what=f"{known.wanted.model} does not fit beside the other programs",
        why=f"it takes at least {gigabytes(least_bytes)}, other programs leave {gigabytes(most_bytes)} of "
        f"{gigabytes(device.total_bytes)} on {device.name}",
        mend="close other programs, or choose a smaller model",
        retry_after_s=retry_s,
    )


def no_device(known: Known) -> Refusal:
    return Refusal(
        kind="too large",
        what=f"{known.wanted.model} has nothing to run on",
        why=f"{known.wanted.engine} runs on {', '.join(known.wanted.devices) or 'no device here'}",
        mend="choose another engine or model",
    )


def pinned(known: Known, holders: Sequence[str]) -> Refusal:
    return Refusal(
        kind="pinned",
        what=f"{known.wanted.model} finds no room",
        why=f"the memory is held by pinned models: {', '.join(holders)}",
        mend=f"partimento models pin {holders[0]} --off" if holders else "unpin a model",
        would_evict=tuple(holders),
    )


def busy(known: Known, holders: Sequence[str]) -> Refusal:
    return Refusal(
        kind="busy",
        what=f"{known.wanted.model} finds no room",
        why=f"it would push out models in use or pinned: {', '.join(holders)}",
        mend=f"partimento models load {known.wanted.model} --force",
        would_evict=tuple(holders),
    )


def failed(known: Known, reason: str, retry_s: float) -> Refusal:
    return Refusal(
        kind="failed",
        what=f"{known.wanted.model} could not be loaded",
        why=f"every way of running it failed; the last: {reason or 'no reason told'}",
        mend="partimento doctor, or choose another model",
        retry_after_s=max(1.0, retry_s),
    )


def quarantined(known: Known, retry_s: float) -> Refusal:
    return Refusal(
        kind="quarantined",
        what=f"{known.wanted.model} crashed too often",
        why=f"{len(known.crashes)} times in short; the last: {known.reason or 'no reason told'}",
        mend=f"wait, or partimento models load {known.wanted.model} --force",
        retry_after_s=max(1.0, retry_s),
    )


def manual(known: Known) -> Refusal:
    return Refusal(
        kind="manual",
        what=f"{known.wanted.model} is not in memory",
        why="models are loaded by hand only (pool_mode is manual)",
        mend=f"partimento models load {known.wanted.model}",
    )


def withdrawn(known: Known) -> Refusal:
    return Refusal(
        kind="manual",
        what=f"{known.wanted.model} is not loaded",
        why="it was unloaded by hand meanwhile",
        mend=f"partimento models load {known.wanted.model}",
    )


def closing() -> Refusal:
    return Refusal(
        kind="closing", what="the pool is closing", why="its daemon was told to end", mend="partimento pool start"
    )


def unknown(model: str) -> Refusal:
    return Refusal(
        kind="unknown",
        what=f"{model} is not known to the pool",
        why="nobody has asked for it yet",
        mend="partimento models status",
    )
