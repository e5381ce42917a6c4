"""What is compared: the upstream itself, the raw path, our server, LiteLLM's proxy. Knows how each is set up and
started; leaves the load and the figures to `compare.py`.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from benchmarks.gateway import litellm_proxy
from benchmarks.gateway.processes import Running, environment, free_port, server
from msgspec import Struct

PROGRAM = (sys.executable, "-m", "partimento")
SETTINGS = """
data_folder = "{folder}"

[[models]]
id = "bench"
engine = "openai"
base_url = "{upstream}"
tier = "small"
reach = 10
input_usd_per_million = "0.15"
output_usd_per_million = "0.60"

[[models]]
id = "bench-paced"
engine = "openai"
base_url = "{upstream}"
tier = "large"
reach = 10
input_usd_per_million = "1.5"
output_usd_per_million = "6.0"
"""


class Target(Struct, frozen=True):
    """A running server and the key it wants."""

    name: str
    running: Running
    key: str = ""


@contextmanager
def upstream(folder: Path, core: int) -> Iterator[Target]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.gateway.upstream", str(port)]
    with server(command, port, core=core, ready_path="/calls", env=environment(), folder=folder) as running:
        yield Target("direct", running)


@contextmanager
def raw(folder: Path, core: int, url: str) -> Iterator[Target]:
    port = free_port()
    options = "--loop uvloop --http httptools --no-access-log --log-level warning --lifespan off".split()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.gateway.raw:app", "--port", str(port), *options]
    env = environment(UPSTREAM=url, DATABASE=str(folder / "raw.db"))
    with server(command, port, core=core, ready_path="/healthz", env=env, folder=folder) as running:
        yield Target("raw", running)


@contextmanager
def partimento(folder: Path, core: int, url: str) -> Iterator[Target]:
    """`partimento serve` with a key that has a budget, a price on every model, and loopback asking for the key too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "partimento.toml").write_text(SETTINGS.format(folder=folder, upstream=url))
    port = free_port()
    env = environment(HOME=str(folder), PARTIMENTO_REQUIRE_KEY="true")
    create = [*PROGRAM, "keys", "create", f"bench-{port}", "--budget", "1000", "--json"]
    made = subprocess.run(create, cwd=folder, env=env, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"{' '.join(create)}: {made.stderr}")
    key: str = msgspec.json.decode(made.stdout)["key"]
    serve = [*PROGRAM, "serve", "--port", str(port), "--workers", "1"]
    with server(serve, port, core=core, ready_path="/healthz", env=env, folder=folder) as running:
        yield Target("partimento", running, key)


@contextmanager
def litellm(folder: Path, core: int, url: str, program: Path, *, caches: bool) -> Iterator[Target]:
    port = free_port()
    config = folder / f"litellm-{port}.yaml"
    litellm_proxy.write_config(config, url, caches=caches)
    key = "sk-" + secrets.token_hex(16)
    env = environment(LITELLM_MASTER_KEY=key, **litellm_proxy.ENVIRONMENT)
    env["PATH"] = f"{program.parent}{os.pathsep}{env['PATH']}"
    del env["PYTHONPATH"]
    command = [str(program), "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
    ready = "/health/liveliness"
    with server(command, port, core=core, ready_path=ready, env=env, folder=folder, patience_s=180) as running:
        yield Target("litellm-cache" if caches else "litellm", running, key)
