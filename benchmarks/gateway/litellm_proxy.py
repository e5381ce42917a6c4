"""LiteLLM's proxy in an environment of its own, set up as its documentation asks for speed. Knows its configuration,
and what it needs so as not to be measured unfairly; leaves starting and measuring to others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import msgspec

PACKAGES = (
    "litellm[proxy]==1.106.2",  # later ones pin a companion that is not everywhere to be had
    "opentelemetry-sdk",  # without these its auth step tries the import again at every request, and fails
    "opentelemetry-exporter-otlp",
)
ENVIRONMENT = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # its price map as shipped, not fetched at the start
}


def default_folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "partimento-benchmarks" / "litellm"


def installed(folder: Path) -> Path | None:
    """The proxy's program in `folder`, which is made where it is missing; None where it cannot be installed."""
    program = folder / "bin" / "litellm"
    if program.exists():
        return program
    print(f"installing LiteLLM into {folder} …", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    python = str(folder / "bin" / "python")
    done = subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], capture_output=True, text=True)
    if done.returncode:
        program.unlink(missing_ok=True)
        print(done.stderr[-2000:], file=sys.stderr)
        return None
    subprocess.run([python, "-m", "compileall", "-q", str(folder / "lib")], capture_output=True)
    return program


def version(folder: Path) -> str:
    line = "import importlib.metadata as m; print(m.version('litellm'))"
    return subprocess.run([folder / "bin" / "python", "-c", line], capture_output=True, text=True).stdout.strip()


def write_config(path: Path, upstream: str, *, caches: bool) -> None:
    """Its YAML file, of which JSON is a part."""
    models = [
        {"model_name": name, "litellm_params": {"model": f"openai/{name}", "api_base": upstream, "api_key": "none"}}
        for name in ("bench", "bench-paced")
    ]
    settings = {"cache": True, "cache_params": {"type": "local"}} if caches else {}
    path.write_bytes(msgspec.json.encode({"model_list": models, "litellm_settings": settings}))
