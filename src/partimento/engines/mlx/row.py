"""One text being made: from mlx_lm's tokens to text. Knows detokenizing and the tokens that are no text; leaves what
may be shown of it to `saying`, and batches to `batch`.
"""

from __future__ import annotations

from partimento.engines.mlx.constrain import Constraint
from partimento.engines.mlx.texts import Prepared, Texts
from partimento.worker.ports import Ask
from partimento.worker.saying import Finish, Said, Saying


class Row:
    """Made on the event loop, then the model thread's."""

    def __init__(self, ask: Ask, prepared: Prepared, texts: Texts) -> None:
        self.ask, self.prompt, self.most_new = ask, prepared.tokens, prepared.most_new
        self.constraint = Constraint(prepared.matcher, texts.ends) if prepared.matcher is not None else None
        self.slot = -1
        self.saying = Saying(ask.sampling.stop, len(prepared.tokens), inside=prepared.thinks)
        self._detokenizer, self._hidden = texts.detokenizer(), texts.hidden

    def take(self, token: int, finish: Finish | None) -> list[Said]:
        """What this token makes to be said; an Ended among it where the text is at its end."""
        if finish != "stop" and token not in self._hidden:
            self._detokenizer.add_token(token)
        if finish is not None:
            self._detokenizer.finalize()
        return self.saying.take(self._detokenizer.last_segment, finish)
