"""The Hugging Face hub, or what HF_ENDPOINT names in its place: what a repository holds, and its files, piece by piece.
Knows the hub's client and its errors; leaves which files, where to and how often to `download`.

The client's own downloads begin a file anew when they were cut (2.4 keeps nothing of it): here a part stays, and grows.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from msgspec import Struct

from partimento.core.errors import (
    EngineFault,
    EngineOverloaded,
    EngineUnreachable,
    NotConfigured,
    PartimentoError,
    StoreFull,
    StoreReadOnly,
    UnknownName,
)
from partimento.pool.files.forms import Listed

CHUNK_BYTES: Final = 1 << 20
USUAL: Final = "https://huggingface.co"
MEND: Final = "pip install 'partimento[llama]'"


class Repository(Struct, frozen=True, kw_only=True):
    """A repository as it is at a commit."""

    name: str
    revision: str
    files: tuple[Listed, ...]
    licence: str = ""
    endpoint: str = ""


def endpoint() -> str:
    """Where the hub is: HF_ENDPOINT, else Hugging Face's own."""
    return (os.environ.get("HF_ENDPOINT") or USUAL).rstrip("/")


def repository(name: str, revision: str = "main", token: str = "") -> Repository:
    """What a repository holds. Raises NotConfigured where a licence must be accepted first or the client is missing,
    UnknownName, EngineUnreachable, EngineOverloaded, EngineFault."""
    client = _client()
    with _told(name, bool(token)):
        told = client.HfApi(endpoint=endpoint(), token=token or None).model_info(
            name, revision=revision, files_metadata=True, timeout=30.0
        )
        files = tuple(_listed(one) for one in told.siblings or ())
        card = told.card_data
        return Repository(
            name=name,
            revision=str(told.sha or revision),
            files=files,
            licence=str((card.get("license_name") or card.get("license") or "") if card else ""),
            endpoint=endpoint(),
        )


def fetch(found: Repository, file: Listed, part: Path, token: str, wrote: Callable[[int], None]) -> str:
    """Bring a file into `part`, on from what is there of it; its SHA-256. `wrote` hears how many bytes are there, and
    may raise to end it. Raises as `repository` does, EngineFault where it is not what was promised: the part is then
    gone, and StoreFull."""
    client = _client()
    from huggingface_hub.file_download import http_get

    with _told(found.name, bool(token)), part.open("a+b") as opened:
        sink = Sink(opened, file, wrote)
        if sink.size < file.bytes or not file.bytes:
            url = client.hf_hub_url(found.name, file.path, revision=found.revision, endpoint=found.endpoint)
            headers = client.utils.build_hf_headers(token=token or None) | {"Accept-Encoding": "identity"}
            with _quiet():
                target, size = cast("BinaryIO", sink), file.bytes or None
                http_get(url, target, resume_size=sink.size, headers=headers, expected_size=size)
        sink.flush()
    flaw = sink.flaw()
    if flaw:
        part.unlink(missing_ok=True)
        raise EngineFault(
            f"{file.path} of {found.name} came damaged and was thrown away",
            why=flaw,
            mend="pull again; it is brought anew",
        )
    return sink.sha256.hexdigest()


class Sink:
    """Where the client writes to: a file that counts its bytes, and sums them as they pass."""

    def __init__(self, opened: Any, file: Listed, wrote: Callable[[int], None]) -> None:
        self._opened, self._file, self._wrote = opened, file, wrote
        self._begin()
        opened.seek(0)
        while block := opened.read(CHUNK_BYTES):
            self._count(block)
        if self.size > file.bytes:
            self.truncate(0)
        wrote(self.size)

    def write(self, block: bytes) -> int:
        self._opened.write(block)
        self._count(block)
        self._wrote(self.size)
        return len(block)

    def tell(self) -> int:
        return self.size

    def seek(self, place: int) -> int:
        """Only the start is ever asked for: a server that does not know ranges sends all again."""
        assert place == 0
        return place

    def truncate(self, size: int | None = None) -> int:
        assert not size
        self._opened.seek(0)
        self._opened.truncate()
        self._begin()
        return 0

    def flush(self) -> None:
        self._opened.flush()
        os.fsync(self._opened.fileno())

    def flaw(self) -> str:
        """How it differs from what was promised; "" where it does not."""
        if self.size != self._file.bytes:
            return f"{self.size} bytes came, {self._file.bytes} were promised"
        if self._file.sha256 and self.sha256.hexdigest() != self._file.sha256:
            return f"its SHA-256 is {self.sha256.hexdigest()[:12]}…, {self._file.sha256[:12]}… was promised"
        if not self._file.sha256 and self._file.blob and self._blob.hexdigest() != self._file.blob:
            return f"its sum is {self._blob.hexdigest()[:12]}…, {self._file.blob[:12]}… was promised"
        return ""

    def _begin(self) -> None:
        self.size = 0
        self.sha256 = hashlib.sha256()
        self._blob = hashlib.sha1(b"blob %d\0" % self._file.bytes, usedforsecurity=False)  # as git counts it

    def _count(self, block: bytes) -> None:
        self.sha256.update(block)
        if not self._file.sha256:
            self._blob.update(block)
        self.size += len(block)


def _client() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.constants
    except ImportError as error:
        raise NotConfigured("models cannot be pulled", why="huggingface_hub is not installed", mend=MEND) from error
    # it hands over no piece before it is full: with its 10 MB a slow line would show nothing for a long time
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True  # it would tell what else is installed and who calls
    huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE = min(CHUNK_BYTES, huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE)
    return huggingface_hub


def _listed(one: Any) -> Listed:
    sha256 = getattr(one.lfs, "sha256", "") or "" if one.lfs else ""
    size = getattr(one.lfs, "size", None) if one.lfs else one.size
    return Listed(one.rfilename, int(size or one.size or 0), sha256, "" if one.lfs else one.blob_id or "")


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the client's own bars and warnings: we tell."""
    from huggingface_hub.utils.tqdm import disable_progress_bars, enable_progress_bars

    log = logging.getLogger("huggingface_hub.file_download")
    level, group = log.level, "huggingface_hub.http_get"
    disable_progress_bars(group)
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
        enable_progress_bars(group)


@contextmanager
def _told(name: str, has_token: bool) -> Iterator[None]:
    """The client's errors as the house's."""
    try:
        yield
    except PartimentoError:
        raise
    except Exception as error:
        raise _as_ours(error, name, has_token) from error


def _as_ours(error: Exception, name: str, has_token: bool) -> PartimentoError:
    from huggingface_hub import errors

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(why=f"while {name} was pulled", mend="make room and pull again: it goes on where it was")
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return StoreReadOnly("the models folder cannot be written", why=str(error), mend="set models_folder to another")
    if isinstance(error, errors.GatedRepoError):
        return _gated(name, has_token)
    if isinstance(error, errors.RevisionNotFoundError):
        return UnknownName("revision", name, (), mend="leave the revision out")
    if isinstance(error, errors.EntryNotFoundError) and not isinstance(error, errors.LocalEntryNotFoundError):
        return EngineFault(
            f"a file of {name} is gone from the hub", why="it was listed a moment ago", mend="pull again"
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        mend = f"look for it at {endpoint()}; if it is private, set HF_TOKEN to a token that may read it"
        return UnknownName("repository", name, (), mend=mend)
    if isinstance(error, errors.HFValidationError):
        return UnknownName("repository", name, (), mend="write it as owner/name")
    if isinstance(error, errors.OfflineModeIsEnabled):
        return EngineUnreachable(
            "the hub was not asked",
            why="HF_HUB_OFFLINE is set",
            mend="unset it, or copy the models folder of another machine",
        )
    status = getattr(getattr(error, "response", None), "status_code", 0) or 0
    if status in (401, 403):
        return _gated(name, has_token)
    if status == 429:
        return EngineOverloaded(
            "the hub takes no more requests for now", why=_words(error), mend="set HF_TOKEN, or wait"
        )
    if status >= 400:
        return EngineFault(f"the hub failed over {name}", why=_words(error), mend="pull again: it goes on where it was")
    return EngineUnreachable(
        f"{name} could not be pulled from {endpoint()}", why=_words(error), mend="pull again: it goes on where it was"
    )


def _gated(name: str, has_token: bool) -> NotConfigured:
    page = f"{endpoint()}/{name}"
    if has_token:
        why, mend = "your token has no access to it", f"accept its licence at {page} with the account of HF_TOKEN"
    else:
        why, mend = (
            "its licence must be accepted first",
            f"accept it at {page}, then set HF_TOKEN to a token of that account",
        )
    return NotConfigured(f"{name} is not given to everybody", why=why, mend=mend)


def _words(error: Exception) -> str:
    text = re.sub(r"\?[^\s'\"]+", "?…", " ".join(str(error).split()))  # addresses of a store carry a signature
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
