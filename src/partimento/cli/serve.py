"""`partimento serve`: the product as a server. Knows its options; leaves serving to `server`."""

from __future__ import annotations

import os

import click

from partimento import environment
from partimento.cli.output import json_option


@click.command()
@click.option("--host", help="The address to listen on. [default: host in the settings, 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0: any that is free. [default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes on one database. [default: 1]")
@json_option
def serve(host: str | None, port: int | None, workers: int | None, as_json: bool) -> None:
    """Answer other programs: OpenAI's, Anthropic's and Ollama's protocols, and Partimento's own, at one address."""
    from partimento.server.serve import serve as run

    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:  # worker processes read their settings anew
            os.environ[f"PARTIMENTO_{name}"] = str(value)
    run(environment.configured().settings, as_json=as_json)
