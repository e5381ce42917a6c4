"""A ledger row as most requests leave one. Knows no test."""

from __future__ import annotations

from partimento.core.ports import LedgerRow

SERVED = LedgerRow(
    id="1", at=0.0, task="chat", endpoint="/v1", user="", key="", model="little", engine="openai", tier="small",
    provider="local", selection_mode="auto", complexity=3, ending="served", input_tokens=11, output_tokens=7,
    cost_pico=18_000_000, saved_pico=5_000_000, latency_ms=7.0, saved_by="local",
)  # fmt: skip
