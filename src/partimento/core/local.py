"""Engines that run on this machine as child processes: what the pool must know of one. Knows values only; leaves how a
process is started to `pool.process`, what runs inside it to the engine's own worker.

Every child speaks llama-server's HTTP on a loopback port: `/health` (503 until it is ready), `/slots`, `/v1/models`,
`/v1/chat/completions`, `/v1/embeddings`; it wants its secret as a Bearer token, and ends when its standard input does.
"""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

Format = Literal["gguf", "mlx", "safetensors"]
"""`mlx`: safetensors quantised by MLX, or any safetensors checkpoint where MLX runs it."""


class Adapter(Struct, frozen=True):
    """LoRA weights that can be switched on over a model, by name."""

    name: str
    path: str


class Files(Struct, frozen=True):
    """A model's files: a GGUF file (of several parts: the first), or the folder of a checkpoint."""

    path: str
    format: Format
    projector: str = ""
    """A GGUF file with the part that sees or hears; "": none."""
    adapters: tuple[Adapter, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """How a model is run: `slots` answers at once, each of up to `context` tokens."""

    model: str
    files: Files
    context: int
    slots: int
    device: str = "cpu"
    """"cpu", "metal" or "cuda:N"."""
    threads: int = 0
    """0: as many as this process may use."""
    embeds: bool = False
    memory_bytes: int = 0
    """What it is held to, where its engine can hold to anything; 0: no limit."""
    options: dict[str, str] = {}
    """An engine's own, such as the script of the scripted one."""


class Door(Struct, frozen=True):
    """Where the child is to listen, and the secret it asks for."""

    port: int
    secret: str

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Launch(Struct, frozen=True):
    """What is started: the environment is the pool's own with `environment` over it."""

    argv: tuple[str, ...]
    environment: dict[str, str] = {}


class Heard(Struct, frozen=True, kw_only=True):
    """What a line of a child's output tells."""

    stage: str = ""
    """What it is at, in a word or two: "weights", "warming"; "" where the line tells no stage."""
    fraction: float | None = None
    """0–1 of the loading done."""
    buffer_bytes: int = 0
    """Memory it says it has just taken."""
    out_of_memory: bool = False
    reason: str = ""
    """Why it is about to end, in its own words."""


class LocalEngine(Protocol):
    """One file of `engines/`, registered under "partimento.local_engines"."""

    @property
    def name(self) -> str: ...

    @property
    def formats(self) -> frozenset[Format]: ...

    @property
    def sleeps(self) -> bool:
        """Whether its child answers POST /sleep by giving its device memory back, and POST /wake_up."""
        ...

    def unready(self) -> str:
        """Why it cannot run here, with the mend, in a sentence; "" when it can. Cheap: asked at every route."""
        ...

    def launch(self, plan: Plan, door: Door) -> Launch:
        """What to start for this plan."""
        ...

    def heard(self, line: str) -> Heard | None:
        """What a line of its output tells, None for nothing."""
        ...
