"""The child: `python -m partimento.engines.mlx.worker`, started by the pool with a plan and a door in its environment.
Knows the order of its beginning; everything heavy is imported later, while the door says that it is loading.
"""

from __future__ import annotations

from partimento.worker.life import end, live_with_parent
from partimento.worker.start import told


def main() -> None:
    """Never returns."""
    live_with_parent()
    plan, door = told()
    from partimento.engines.mlx.making import MlxMaking
    from partimento.worker.serve import serve
    from partimento.worker.threaded import ThreadedGenerator

    try:
        generator = ThreadedGenerator(plan, MlxMaking(plan))
    except ValueError as error:
        end(f"an option of this model cannot be read: {error}")
    generator.start()
    serve(plan.model, door, generator)


if __name__ == "__main__":
    main()
