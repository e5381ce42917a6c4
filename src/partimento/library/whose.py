"""Whose a job is: a key sees its own and nobody else's, the owner sees all. Knows the rule; leaves rows to `shelf`."""

from __future__ import annotations

import msgspec

from partimento.core.errors import UnknownName
from partimento.core.request import Caller
from partimento.library.job import Job
from partimento.library.shelf import Shelf


def jobs_of(shelf: Shelf, key: str | None) -> tuple[Job, ...]:
    """The jobs that may be seen, the newest first. `key`: an API key's id; none for the owner."""
    every = shelf.jobs()
    return tuple(job for job in every if key_of(job) == key) if key else every


def job_of(shelf: Shelf, key: str | None, named: str, mend: str = "") -> Job:
    """The job that is meant, by id or name, where it may be known of. Raises UnknownName, BadInput."""
    if not key:
        return shelf.job(named)
    own = jobs_of(shelf, key)
    found = next((job for job in own if job.id == named), None) or next((job for job in own if job.name == named), None)
    if found is None:
        raise UnknownName("library job", named[:80], [job.id for job in own], mend)
    return found


def key_of(job: Job) -> str:
    """The id of the key on whose account it asks; "" for the owner."""
    return msgspec.json.decode(job.caller, type=Caller).key or ""
