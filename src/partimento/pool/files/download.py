"""Bringing a model to this machine: which files, whether they fit the disk, one after the other, on from where it was
cut, each checked, and a manifest once all are whole. Knows the order of things; leaves the hub to `hub`, what is wanted
to `wish`, and layouts to `manifest`.

Whoever stops it (Ctrl-C, a callback that raises) loses nothing: the next pull goes on.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.clock import Clock
from partimento.core.errors import EngineFault, NotConfigured, StoreFull, StoreReadOnly
from partimento.pool.files import hub
from partimento.pool.files.course import Course, Tell
from partimento.pool.files.forms import (
    Listed,
    Picked,
    is_quantisation,
    pick_checkpoint,
    pick_file,
    pick_gguf,
    plain,
    variants,
)
from partimento.pool.files.hub import Repository
from partimento.pool.files.manifest import (
    LOCK,
    MANIFEST,
    PART,
    PULLING,
    Brought,
    Manifest,
    Pulling,
    alone,
    is_within,
    manifest_in,
    ours,
    pulling_in,
    write,
)
from partimento.pool.files.places import is_mlx
from partimento.pool.files.wish import Wish
from partimento.pool.values import gigabytes

WAIT_S: Final = 0.25


class Pulled(Struct, frozen=True, kw_only=True):
    """What is here now. `path`: the GGUF file or the checkpoint's folder; `came_bytes`: 0 where all was here before."""

    folder: str
    path: str
    manifest: Manifest
    came_bytes: int = 0
    took_s: float = 0.0
    why: str = ""
    """Why this file of the repository."""

    def line(self) -> str:
        """The same for people."""
        size = gigabytes(sum(file.bytes for file in self.manifest.files))
        told = f"{size}, checked, in {self.folder}"
        return f"pulled {self.manifest.repository}: {told}" if self.came_bytes else f"here already: {told}"


def pull(
    wish: Wish,
    models_folder: Path,
    clock: Clock,
    *,
    token: str = "",
    told: Tell = lambda _: None,
    wait: bool = True,
    refresh: bool = False,
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    sleep: Callable[[float], None] = time.sleep,
) -> Pulled:
    """Bring what is wished for into the models folder, or find it there. Blocks: seconds to hours.

    `told` hears how far it is, ten times a second at most. `wait`: for another process that pulls the same, else
    NotConfigured. `refresh`: ask the hub for a newer state, though all is here. Raises as `hub.repository` does, and
    EngineFault for damaged files, StoreFull where the disk has no room, StoreReadOnly.
    """
    began = clock.monotonic()
    if not refresh and (here := _here(wish, models_folder)) is not None:
        return here
    found = hub.repository(wish.repository, wish.revision, token)
    picked = pick(found, wish)
    folder = models_folder / folder_name(wish, picked)
    _made(folder)
    while True:
        with alone(folder) as mine:
            if mine:
                came = _bring(found, picked, wish, folder, clock, token, told, free_bytes)
                manifest = manifest_in(folder)
                assert manifest is not None
                took_s = clock.monotonic() - began
                return _pulled(folder, manifest, came, took_s, wish.why or picked.why)
        _made(folder)
        pulling = pulling_in(folder) or Pulling(repository=wish.repository)
        if not wait:
            raise NotConfigured(
                f"{wish.name} is being pulled already",
                why=f"process {pulling.pid} has {pulling.fraction:.0%} of it",
                mend="wait for it: `partimento models status`",
            )
        told(replace(pulling, waits=True))
        sleep(WAIT_S)


def pick(found: Repository, wish: Wish) -> Picked:
    """Which files of a repository are wished for. Raises as the picks of `forms` do."""
    model = wish.model
    sees = bool(model.capabilities & {"image", "audio"}) if model else True
    embeds = model is not None and "text" not in model.capabilities
    files = [file for file in found.files if is_within(file.path)]
    if wish.file:
        return pick_file(files, wish.file, sees=sees)
    if wish.form == "gguf" or (wish.form is None and variants(files)):
        most = wish.most_bytes
        return pick_gguf(files, quantisation=wish.quantisation, most_bytes=most, embeds=embeds, sees=sees)
    return pick_checkpoint(files, mlx=wish.form == "mlx")


def folder_name(wish: Wish, picked: Picked) -> str:
    """ "owner--name", of a GGUF file with its quantisation, of another state than the latest with that."""
    name = wish.repository.replace("/", "--")
    if picked.format == "gguf":
        name += f"--{picked.quantisation or plain(picked.files[-1].name)}"
    return name if wish.revision == "main" else f"{name}--{wish.revision.replace('/', '-')[:40]}"


def _here(wish: Wish, models_folder: Path) -> Pulled | None:
    """What an earlier pull brought, if it is what is wished for."""
    for folder, told in ours(models_folder):
        if isinstance(told, Manifest) and _is_it(told, folder.name, wish):
            return _pulled(folder, told, 0, 0.0, wish.why)
    return None


def _is_it(told: Manifest, folder: str, wish: Wish) -> bool:
    at_revision = wish.revision in ("main", told.revision) or folder.endswith(wish.revision.replace("/", "-"))
    return (
        told.repository.lower() == wish.repository.lower()
        and is_quantisation(told.quantisation, wish.quantisation)
        and (not wish.file or any(file.path == wish.file for file in told.files))
        and at_revision
    )


def _pulled(folder: Path, manifest: Manifest, came: int, took_s: float, why: str) -> Pulled:
    paths = [Listed(file.path, file.bytes) for file in manifest.files]
    first = variants(paths)[0].files[0].path if manifest.format == "gguf" else ""
    return Pulled(
        folder=str(folder), path=str(folder / first), manifest=manifest, came_bytes=came, took_s=took_s, why=why
    )


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
    except OSError as error:
        raise StoreReadOnly(
            "the models folder cannot be written", why=str(error), mend="set models_folder to a folder of yours"
        ) from error


def _bring(
    found: Repository,
    picked: Picked,
    wish: Wish,
    folder: Path,
    clock: Clock,
    token: str,
    told: Tell,
    free_bytes: Callable[[Path], int],
) -> int:
    """All files, whole, and the manifest; how many bytes came. The lock is ours."""
    before = manifest_in(folder)
    if before is not None and before.revision == found.revision:
        return 0
    # the small ones first: what is wrong shows before the gigabytes
    files = sorted(picked.files, key=lambda file: (file.path.endswith((".gguf", ".safetensors")), file.path))
    parts = [_part(folder, file, before) for file in files]
    there = [_size(part) for part in parts]
    _check_room(sum(file.bytes for file in files) - sum(there), folder, wish.name, free_bytes)
    course = Course(wish, folder, sum(file.bytes for file in files), clock, told, tuple(file.path for file in files))
    sums = []
    for file, part in zip(files, parts, strict=True):
        try:
            sums.append(_fetched(found, file, part, token, course))
        except BaseException:
            course.note(force=True)  # whatever stopped it: the file tells how far it came
            raise
        part.replace(_prepared(folder / file.path))
        course.finished(file)
    brought = tuple(Brought(file.path, file.bytes, sha256) for file, sha256 in zip(files, sums, strict=True))
    manifest = _manifest(found, picked, wish, folder, brought, clock)
    write(folder, MANIFEST, manifest)
    _tidy(folder, before, brought)
    return course.total_bytes - sum(there)


def _fetched(found: Repository, file: Listed, part: Path, token: str, course: Course) -> str:
    """One file, into its part; one that came damaged is brought anew once, before it is told."""
    course.begins(file)
    try:
        return hub.fetch(found, file, part, token, course.has)
    except EngineFault:
        if part.exists():  # it is not what came that was wrong
            raise
        return hub.fetch(found, file, part, token, course.has)


def _part(folder: Path, file: Listed, before: Manifest | None) -> Path:
    """Where a file grows; named by its sum, so that a newer state does not go on with an older one's. A file that is
    there in full is taken back into it, to be checked as the others are."""
    mark = (file.sha256 or file.blob)[:12]
    part = _prepared(folder / f"{file.path}.{mark}{PART}")
    whole = folder / file.path
    same = before is None or any(old.path == file.path and old.sha256 == file.sha256 for old in before.files)
    if same and _size(whole) == file.bytes:
        whole.replace(part)
    return part


def _prepared(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _check_room(needed: int, folder: Path, name: str, free_bytes: Callable[[Path], int]) -> None:
    free = free_bytes(folder)
    if needed > free:
        raise StoreFull(
            f"there is no room for {name}",
            why=f"{gigabytes(needed)} more would come, {gigabytes(free)} are free on the disk of {folder.parent}",
            mend="`partimento models remove` what you do not use, or set models_folder to another disk",
        )


def _manifest(
    found: Repository, picked: Picked, wish: Wish, folder: Path, brought: tuple[Brought, ...], clock: Clock
) -> Manifest:
    form = picked.format
    if form != "gguf":
        form = "mlx" if is_mlx(folder) else "safetensors"
    return Manifest(
        repository=found.name,
        revision=found.revision,
        format=form,
        files=brought,
        quantisation=picked.quantisation,
        licence=found.licence or (wish.model.weights.licence if wish.model and wish.model.weights else ""),
        model=wish.model.id if wish.model else "",
        endpoint=found.endpoint,
        when=datetime.fromtimestamp(clock.now(), UTC).isoformat(timespec="seconds"),
    )


def _tidy(folder: Path, before: Manifest | None, brought: tuple[Brought, ...]) -> None:
    """Without what only the way here needed, and what an older state had."""
    kept = {file.path for file in brought}
    (folder / PULLING).unlink(missing_ok=True)
    for old in before.files if before else ():
        if old.path not in kept and is_within(old.path):
            (folder / old.path).unlink(missing_ok=True)
    for left in folder.rglob(f"*{PART}"):
        left.unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
