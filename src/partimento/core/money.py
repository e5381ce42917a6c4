"""US dollars, exactly. Knows arithmetic in whole pico-dollars; leaves prices to `catalog`, caps to `pipeline`.

A token may cost 0.0375 micro-dollars, so the unit is 10⁻¹² dollars: every published per-million price is a whole
number of them, sums never round, and a 64-bit column holds nine million dollars.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from msgspec import Struct

_PICO = Decimal(10) ** 12


class Money(Struct, frozen=True, order=True):
    """An exact amount of US dollars; `pico` counts 10⁻¹² dollars."""

    pico: int = 0

    @classmethod
    def of(cls, usd: Decimal | str | int) -> Money:
        """The amount `usd`; what is finer than a pico-dollar is rounded up, never lost."""
        return cls(int((Decimal(usd) * _PICO).to_integral_value(ROUND_UP)))

    @property
    def usd(self) -> Decimal:
        """The amount in dollars, without an exponent or trailing zeros."""
        exact = (Decimal(self.pico) / _PICO).normalize()
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact

    def __add__(self, other: Money) -> Money:
        return Money(self.pico + other.pico)

    def __sub__(self, other: Money) -> Money:
        return Money(self.pico - other.pico)

    def __mul__(self, times: int) -> Money:
        return Money(self.pico * times)

    def __bool__(self) -> bool:
        return self.pico != 0

    def __str__(self) -> str:
        return f"${self.usd:f}"


FREE = Money(0)
