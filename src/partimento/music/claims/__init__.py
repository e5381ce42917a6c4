"""Musical claims in prose: found, derived again by the theory engine, confirmed or contradicted.

docs/reference/claims.md lists what is read. `check` walks the text; `read`, `tagging` and `skeleton` make sentences
readable; each family of claims is a file.
"""

from __future__ import annotations

from partimento.music.claims.check import check_claims as check_claims
from partimento.music.claims.finding import Finding as Finding
from partimento.music.claims.finding import corrected as corrected

__all__ = ["Finding", "check_claims", "corrected"]
