"""Runs every client's check against `partimento serve` with a loopback model behind it. One line a client.

    bash tests/clients/run [--only openai,ollama] [--folder CACHE] [--fresh] [--newest]

The clients are installed into environments of their own, kept in a cache folder and made anew when a requirements
file changes. Ends with 1 where a step failed, with 2 where a client could not be installed and so was NOT CHECKED.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NEW, OLD, NODE = "requirements.txt", "requirements-openai-2.txt", "package.json"
SETTINGS = """
data_folder = "{folder}"
require_key = true

[[models]]
id = "little"
base_url = "{upstream}"
tier = "small"
reach = 10
input_usd_per_million = "0.15"
output_usd_per_million = "0.60"

[[models]]
id = "little-embedder"
base_url = "{upstream}"
tier = "small"
capabilities = ["embeddings"]
input_usd_per_million = "0.02"
output_usd_per_million = "0"
"""


@dataclass(frozen=True)
class Client:
    """A client: its check, the package whose version is told, the environment it lives in ("" for none)."""

    name: str
    check: str
    package: str
    wants: str


CLIENTS = (
    Client("openai", "check_openai.py", "openai", NEW),
    Client("openai-2", "check_openai.py", "openai", OLD),
    Client("anthropic", "check_anthropic.py", "anthropic", NEW),
    Client("langchain", "check_langchain.py", "langchain-openai", NEW),
    Client("llama-index", "check_llama_index.py", "llama-index-llms-openai-like", OLD),
    Client("pydantic-ai", "check_pydantic_ai.py", "pydantic-ai-slim", NEW),
    Client("instructor", "check_instructor.py", "instructor", OLD),
    Client("litellm", "check_litellm.py", "litellm", OLD),
    Client("llm", "check_llm.py", "llm", NEW),
    Client("ollama", "check_ollama.py", "ollama", NEW),
    Client("ai-sdk", "check_ai_sdk.mjs", "ai", NODE),
    Client("open-webui", "check_open_webui.py", "", ""),
    Client("the page", "check_page.py", "", NEW),
    Client("the page, 2", "check_page.py", "", OLD),
)


def install(wants: str, cache: Path, *, newest: bool) -> Path | None:
    """The environment's folder, made where it is missing or out of date; None where it cannot be made."""
    text = (HERE / wants).read_text()
    if newest:
        text = re.sub(r'(?<=": )"\d[\w.]*"', '"latest"', text) if wants == NODE else re.sub(r"==.*", "", text)
    folder = cache / hashlib.sha256(f"{sys.version_info[:2]}{wants}{text}".encode()).hexdigest()[:12]
    if (folder / "complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / wants).write_text(text)
    if wants == NODE:
        npm = shutil.which("npm")
        commands = [[npm, "install", "--no-audit", "--no-fund", "--silent"]] if npm else []
    else:
        venv.create(folder, with_pip=True)
        python = str(folder / "bin" / "python")
        commands = [[python, "-m", "pip", "install", "-q", "-r", wants], [python, "-m", "compileall", "-q", "lib"]]
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode and "compileall" not in command:
            print(done.stderr[-1500:], file=sys.stderr)
            return None
    if not commands:
        return None
    (folder / "complete").touch()
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean(**more: str) -> dict[str, str]:
    """The environment without what would steer us or a client."""
    steering = (
        "PARTIMENTO_",
        "OPENAI_",
        "ANTHROPIC_",
        "GEMINI_",
        "GOOGLE_",
        "OLLAMA_",
        "LITELLM_",
        "LLM_",
        "DATABASE_",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, **more}


@contextmanager
def started(command: list[str], ready: str, folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """A process until the end of the block; its log is shown where it does not start."""
    log = folder / f"{Path(command[1]).stem}-{command[-1]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=dict(env), stdout=output, stderr=subprocess.STDOUT)
    try:
        gives_up_at = time.monotonic() + 30
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > gives_up_at:
                sys.exit(f"{' '.join(command)} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """The loopback model and `partimento serve` in front of it; gives what a check wants to know."""
    upstream, port = free_port(), free_port()
    model = [sys.executable, str(HERE / "little_model.py"), str(upstream)]
    with started(model, f"http://127.0.0.1:{upstream}/v1/models", folder, clean()):
        settings = SETTINGS.format(folder=folder, upstream=f"http://127.0.0.1:{upstream}/v1")
        (folder / "partimento.toml").write_text(settings)
        env = clean(HOME=str(folder))
        program = [sys.executable, "-m", "partimento"]
        create = [*program, "keys", "create", "check", "--budget", "10", "--json"]
        made = subprocess.run(create, cwd=folder, env=env, capture_output=True, text=True)
        if made.returncode:
            sys.exit(made.stderr)
        with started([*program, "serve", "--port", str(port)], f"http://127.0.0.1:{port}/healthz", folder, env):
            known = {"PARTIMENTO_CHECK_URL": f"http://127.0.0.1:{port}"}
            yield {**known, "PARTIMENTO_CHECK_KEY": json.loads(made.stdout)["key"]}


def check(client: Client, place: Path | None, known: Mapping[str, str]) -> tuple[bool, str]:
    """Whether all steps passed, and the line that tells."""
    env = clean(**known, PYTHONPATH=str(HERE.parent), NO_COLOR="1", LITELLM_LOCAL_MODEL_COST_MAP="True")
    script = HERE / client.check
    if client.wants == NODE and place is not None:
        version = json.loads((place / "node_modules" / client.package / "package.json").read_text())["version"]
        command = ["node", str(shutil.copy(script, place))]
    else:
        python = sys.executable if place is None else str(place / "bin" / "python")
        command = [python, str(script)]
        line = f"import importlib.metadata as m; print(m.version({client.package!r}) if {client.package!r} else '')"
        version = subprocess.run([python, "-c", line], capture_output=True, text=True).stdout.strip()
    began = time.monotonic()
    try:
        ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return False, f"{client.name:12} {version:10} FAILED: no end after 120 s"
    took = time.monotonic() - began
    said = (ended.stdout.strip().splitlines() or [ended.stderr.strip()[-300:]])[-1]
    told = f"{client.name:12} {version:10} {'ok    ' if ended.returncode == 0 else 'FAILED'} {said} ({took:.1f} s)"
    shown = "" if ended.returncode == 0 else "".join(f"\n    {one}" for one in ended.stderr.strip().splitlines()[-40:])
    return ended.returncode == 0, told + shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="of " + ", ".join(client.name for client in CLIENTS))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "partimento-clients"
    parser.add_argument("--folder", type=Path, default=cache, help="where the environments are kept")
    parser.add_argument("--fresh", action="store_true", help="make the environments anew")
    parser.add_argument("--newest", action="store_true", help="the newest of each client, not the pinned versions")
    options = parser.parse_args()
    only = [name for name in options.only.split(",") if name]
    clients = [client for client in CLIENTS if not only or client.name in only]
    if options.fresh:
        shutil.rmtree(options.folder, ignore_errors=True)
    began = time.monotonic()
    wanted = sorted({client.wants for client in clients} - {""})
    places = {wants: install(wants, options.folder, newest=options.newest) for wants in wanted}
    installed = time.monotonic()
    failed, unchecked = [], []
    with tempfile.TemporaryDirectory(prefix="partimento-clients-") as folder, served(Path(folder)) as known:
        for client in clients:
            if client.wants and places[client.wants] is None:
                unchecked.append(client.name)
                print(f"{client.name:12} NOT CHECKED: {client.wants} could not be installed", flush=True)
                continue
            sound, told = check(client, places.get(client.wants), known)
            print(told, flush=True)
            if not sound:
                failed.append(client.name)
    print(f"\n{len(clients) - len(failed) - len(unchecked)} of {len(clients)} clients work unchanged; ", end="")
    print(f"{installed - began:.0f} s to install, {time.monotonic() - installed:.0f} s to check")
    if unchecked:
        print(f"NOT CHECKED: {', '.join(unchecked)}")
    sys.exit(1 if failed else 2 if unchecked else 0)


if __name__ == "__main__":
    main()
