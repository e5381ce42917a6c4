"""The pool's settings out of the house's. Pure; leaves where settings come from to `environment`."""

from __future__ import annotations

from partimento.core.settings import Settings
from partimento.pool.values import PoolSettings

GB = 1e9
_DEVICES = ("cpu", "metal", *(f"cuda:{number}" for number in range(16)))


def pool_settings(settings: Settings) -> PoolSettings:
    """`pool_memory_gb` holds for each of a machine's memories."""
    most = settings.pool_memory_gb
    return PoolSettings(
        mode=settings.pool_mode,
        budget_bytes={} if most is None else dict.fromkeys(_DEVICES, int(most * GB)),
        headroom_bytes=int(settings.pool_headroom_gb * GB),
        keep_s=settings.keep_s,
    )
