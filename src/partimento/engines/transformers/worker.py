"""The child: `python -m partimento.engines.transformers.worker`, started by the pool with a plan and a door in its
environment. Knows the order of its beginning; everything heavy is imported later, while the door says that it loads.
"""

from __future__ import annotations

from partimento.worker.life import live_with_parent
from partimento.worker.start import told


def main() -> None:
    """Never returns."""
    live_with_parent()
    plan, door = told()
    from partimento.engines.transformers.making import TransformersMaking
    from partimento.worker.serve import serve
    from partimento.worker.threaded import ThreadedGenerator

    generator = ThreadedGenerator(plan, TransformersMaking(plan))
    generator.start()
    serve(plan.model, door, generator)


if __name__ == "__main__":
    main()
