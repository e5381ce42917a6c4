"""Pulling from a hub on loopback that cuts, damages, refuses and dawdles as the real one may."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from model_files import checkpoint_files, gguf_bytes
from partimento.core.errors import (
    EngineFault,
    EngineUnreachable,
    ModelMissing,
    NotConfigured,
    PartimentoError,
    StoreFull,
    StoreReadOnly,
    UnknownName,
)
from partimento.core.model import Model, Weights
from partimento.pool.files.download import Pulled, pull
from partimento.pool.files.manifest import PULLING, Pulling, alone, is_within, manifest_in, pulling_in
from partimento.pool.files.remove import remove
from partimento.pool.files.wish import Wish
from partimento.testing.hub import Hub, Repository

huggingface_hub = pytest.importorskip("huggingface_hub")

FILE = "little-Q4_K_M.gguf"
LARGE = gguf_bytes(filling=1_500_000)
LITTLE = Repository(
    files={
        FILE: LARGE,
        "little-Q8_0.gguf": gguf_bytes(filling=3_000_000),
        "README.md": b"# little",
        **checkpoint_files(),
    }
)
PHI = Model(
    id="phi", engine="llamacpp", tier="small", reach=4, aliases=("fi",),
    weights=Weights("4B", disk_gb=1, licence="MIT", sources={"gguf": "owner/little"}),
)  # fmt: skip


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client pauses a second before it asks again, and reads a megabyte at once."""
    from huggingface_hub import constants, file_download

    monkeypatch.setattr(file_download, "time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 65536)
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub({"owner/little": LITTLE}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.base_url)
        yield running


class Ticking:
    """A clock that is a fifth of a second further at each look, so that everything is told."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self) -> float:
        return 1_800_000_000.0

    def monotonic(self) -> float:
        self.looks += 1
        return self.looks / 5


def pulled(folder: Path, repository: str = "owner/little", **more: Any) -> Pulled:
    asked = {name: more.pop(name) for name in ("form", "quantisation", "file", "model", "most_bytes") if name in more}
    return pull(Wish(repository=repository, **asked), folder, Ticking(), **more)


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_model_comes_whole_with_a_manifest_of_what_it_is(hub: Hub, tmp_path: Path) -> None:
    got = pulled(tmp_path, model=PHI)
    folder = tmp_path / "owner--little--Q4_K_M"
    assert Path(got.path) == folder / FILE
    assert Path(got.path).read_bytes() == LARGE
    assert left(folder) == {FILE, "manifest.json", "pull.lock"}
    manifest = manifest_in(folder)
    assert manifest is not None
    assert (manifest.repository, manifest.revision, manifest.model) == ("owner/little", LITTLE.revision, "phi")
    assert (manifest.quantisation, manifest.licence, manifest.format) == ("Q4_K_M", "apache-2.0", "gguf")
    assert (manifest.files[0].bytes, manifest.when) == (len(LARGE), "2027-01-15T08:00:00+00:00")
    assert got.line().startswith("pulled owner/little: 1.5 MB, checked, in ")
    assert hub.asked[0].path == "/api/models/owner/little/revision/main"
    assert "agent" not in "".join(one.path for one in hub.asked)


def test_what_is_here_is_not_asked_for_again(hub: Hub, tmp_path: Path) -> None:
    pulled(tmp_path)
    asked = len(hub.asked)
    again = pulled(tmp_path)
    assert (again.came_bytes, len(hub.asked)) == (0, asked)
    assert again.line().startswith("here already: ")


def test_a_quantisation_or_a_file_may_be_named_and_lies_beside_the_other(hub: Hub, tmp_path: Path) -> None:
    pulled(tmp_path)
    pulled(tmp_path, quantisation="q8_0")
    assert {path.name for path in tmp_path.iterdir()} == {"owner--little--Q4_K_M", "owner--little--Q8_0"}
    assert pulled(tmp_path, file="little-Q8_0.gguf").came_bytes == 0


def test_a_checkpoint_comes_without_what_it_does_not_need(hub: Hub, tmp_path: Path) -> None:
    hub.repositories["owner/mlx"] = Repository(
        files={**checkpoint_files(mlx=True), "README.md": b"", "pytorch_model.bin": b"pickled", "onnx/m.onnx": b"x"}
    )
    got = pulled(tmp_path, "owner/mlx", form="mlx")
    assert got.manifest.format == "mlx"
    assert left(Path(got.folder)) == {*checkpoint_files(), "manifest.json", "pull.lock"}
    assert got.path == got.folder == str(tmp_path / "owner--mlx")


def test_progress_grows_to_the_end_and_is_written_down_for_others(hub: Hub, tmp_path: Path) -> None:
    told: list[Pulling] = []
    pulled(tmp_path, told=told.append, model=PHI)
    assert [one.done_bytes for one in told] == sorted(one.done_bytes for one in told)
    assert told[-1].done_bytes == told[-1].total_bytes == len(LARGE)
    assert told[-1].fraction == 1.0
    assert told[-1].bytes_per_s > 0
    assert (told[0].pid, told[0].model, told[0].files) == (os.getpid(), "phi", (FILE,))
    assert told[-1].line().startswith("100%  1.5 MB of 1.5 MB, ")
    assert pulling_in(tmp_path / "owner--little--Q4_K_M") is None


def test_a_cut_connection_is_taken_up_where_it_broke(hub: Hub, tmp_path: Path) -> None:
    hub.cuts[FILE] = [500_000, 400_000]
    got = pulled(tmp_path)
    assert Path(got.path).read_bytes() == LARGE
    begins = [one.range for one in hub.downloads]
    assert begins[0] == ""
    assert [range_.startswith("bytes=") for range_ in begins[1:]] == [True, True]
    assert hub.sent_bytes < len(LARGE) + 4 * 65536


def test_a_pull_that_was_stopped_goes_on_in_another(hub: Hub, tmp_path: Path) -> None:
    def stop(told: Pulling) -> None:
        if told.done_bytes > 700_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(tmp_path, told=stop)
    folder = tmp_path / "owner--little--Q4_K_M"
    noted = pulling_in(folder)
    assert noted is not None
    assert 0.4 < noted.fraction < 1
    got = pulled(tmp_path)
    assert Path(got.path).read_bytes() == LARGE
    assert hub.downloads[-1].range.startswith("bytes=")
    assert got.came_bytes < len(LARGE) - 600_000
    assert left(folder) == {FILE, "manifest.json", "pull.lock"}


def test_a_server_that_knows_no_ranges_sends_it_anew_and_nothing_is_mixed(hub: Hub, tmp_path: Path) -> None:
    hub.cuts[FILE], hub.ranges_ignored = [500_000], True
    assert Path(pulled(tmp_path).path).read_bytes() == LARGE


def test_a_file_that_came_damaged_is_brought_once_more(hub: Hub, tmp_path: Path) -> None:
    hub.damages[FILE] = 1
    assert Path(pulled(tmp_path).path).read_bytes() == LARGE
    assert len(hub.downloads) == 2


@pytest.mark.parametrize("file", [FILE, "config.json"])
def test_a_file_that_always_comes_damaged_is_thrown_away_and_told(hub: Hub, tmp_path: Path, file: str) -> None:
    hub.damages[file] = 9
    with pytest.raises(EngineFault) as failed:
        pulled(tmp_path, form="gguf" if file == FILE else "safetensors")
    assert f"{file} of owner/little came damaged" in failed.value.what
    assert "was promised" in failed.value.why
    assert not any(
        path.suffix in (".part", ".json", ".gguf") and path.name != PULLING for path in tmp_path.rglob(file + "*")
    )
    hub.damages[file] = 0
    pulled(tmp_path, form="gguf" if file == FILE else "safetensors")


@pytest.mark.parametrize(("token", "mend"), [("", "then set HF_TOKEN"), ("hf_bad", "accept its licence at ")])
def test_a_gated_repository_tells_where_to_accept_its_licence(hub: Hub, tmp_path: Path, token: str, mend: str) -> None:
    hub.repositories["owner/gated"] = Repository(files=LITTLE.files, gated=True)
    with pytest.raises(NotConfigured) as refused:
        pulled(tmp_path, "owner/gated", token=token)
    assert f"{hub.base_url}/owner/gated" in refused.value.mend
    assert mend in refused.value.mend
    assert "hf_bad" not in str(refused.value)


def test_with_the_right_token_a_gated_model_comes(hub: Hub, tmp_path: Path) -> None:
    hub.repositories["owner/gated"] = Repository(files=LITTLE.files, gated=True)
    assert pulled(tmp_path, "owner/gated", token="hf_good").came_bytes == len(LARGE)
    assert {one.authorization for one in hub.asked if "/resolve/" in one.path} == {"Bearer hf_good"}
    assert {one.authorization for one in hub.asked if "/store/" in one.path} == {""}  # another host: it needs none


def test_a_repository_that_is_not_there_is_an_unknown_name(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="unknown repository 'owner/nothing'"):
        pulled(tmp_path, "owner/nothing")


def test_a_repository_without_a_model_is_told_so(hub: Hub, tmp_path: Path) -> None:
    hub.repositories["owner/data"] = Repository(files={"README.md": b"data"})
    with pytest.raises(ModelMissing, match="no checkpoint"):
        pulled(tmp_path, "owner/data")


def test_a_hub_that_is_down_or_away_is_told_and_nothing_is_left(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.down = True
    with pytest.raises(EngineFault, match="the hub failed"):
        pulled(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EngineUnreachable) as failed:
        pulled(tmp_path)
    assert "http://127.0.0.1:9" in failed.value.what
    assert not list(tmp_path.iterdir())


def test_a_machine_that_is_to_stay_offline_asks_nobody(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EngineUnreachable) as offline:
        pulled(tmp_path)
    assert (offline.value.why, hub.asked) == ("HF_HUB_OFFLINE is set", [])


def test_a_signature_in_an_address_is_not_told() -> None:
    from partimento.pool.files.hub import _as_ours

    told = _as_ours(RuntimeError("503 for url: 'https://store.example/x?Signature=abc&Key=d' sorry"), "o/r", False)
    assert "Signature" not in str(told)
    assert told.why == "RuntimeError: 503 for url: 'https://store.example/x?…' sorry"


def test_room_on_the_disk_is_looked_at_before_anything_comes(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(StoreFull) as full:
        pulled(tmp_path, free_bytes=lambda _: 900_000)
    assert full.value.why.startswith("1.5 MB more would come, 0.9 MB are free on the disk of ")
    assert not hub.downloads


def test_what_is_there_already_needs_no_room_again(hub: Hub, tmp_path: Path) -> None:
    def stop(told: Pulling) -> None:
        if told.done_bytes > 900_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(tmp_path, told=stop)
    assert pulled(tmp_path, free_bytes=lambda _: 900_000).came_bytes < 900_000


def test_a_disk_that_fills_up_on_the_way_is_told_and_the_part_stays(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from partimento.pool.files.hub import Sink

    write = Sink.write

    def full(sink: Sink, block: bytes) -> int:
        if sink.size > 600_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(sink, block)

    monkeypatch.setattr(Sink, "write", full)
    with pytest.raises(StoreFull, match="disk is full"):
        pulled(tmp_path)
    monkeypatch.setattr(Sink, "write", write)
    assert pulled(tmp_path).came_bytes < 1_000_000


def test_a_folder_that_cannot_be_written_is_told(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(StoreReadOnly, match="cannot be written"):
        pulled(tmp_path / "models")


def test_two_pulls_of_one_model_are_one_and_the_second_hears_of_the_first(hub: Hub, tmp_path: Path) -> None:
    hub.holds_after = 65536
    got: list[Pulled] = []
    first = threading.Thread(target=lambda: got.append(pulled(tmp_path)))
    first.start()
    assert hub.held.wait(10)
    with pytest.raises(NotConfigured) as busy:
        pulled(tmp_path, wait=False)
    assert busy.value.what == "owner/little is being pulled already"
    told: list[Pulling] = []

    def hear(one: Pulling) -> None:
        told.append(one)
        hub.release.set()

    second = pulled(tmp_path, told=hear, sleep=lambda _: first.join(10))
    first.join(10)
    assert told[0].waits
    assert (got[0].came_bytes, second.came_bytes) == (len(LARGE), 0)
    assert len(hub.downloads) == 1


def test_a_newer_state_replaces_the_older_only_when_asked_for(hub: Hub, tmp_path: Path) -> None:
    pulled(tmp_path)
    newer = gguf_bytes(filling=1_600_000)
    hub.repositories["owner/little"] = Repository(files={FILE: newer})
    assert pulled(tmp_path).came_bytes == 0
    got = pulled(tmp_path, refresh=True)
    assert Path(got.path).read_bytes() == newer
    assert left(Path(got.folder)) == {FILE, "manifest.json", "pull.lock"}


def test_a_part_of_an_older_state_is_not_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    def stop(told: Pulling) -> None:
        if told.done_bytes > 700_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(tmp_path, told=stop)
    newer = gguf_bytes(filling=1_600_000, layers=3)
    hub.repositories["owner/little"] = Repository(files={FILE: newer})
    got = pulled(tmp_path)
    assert Path(got.path).read_bytes() == newer
    assert left(Path(got.folder)) == {FILE, "manifest.json", "pull.lock"}


def test_parts_and_projector_come_together(hub: Hub, tmp_path: Path) -> None:
    parts = {f"see-Q4_K_M-0000{n}-of-00002.gguf": gguf_bytes(layers=n) for n in (1, 2)}
    hub.repositories["owner/see"] = Repository(files={**parts, "mmproj-F16.gguf": gguf_bytes("clip")})
    got = pulled(tmp_path, "owner/see")
    assert Path(got.path).name == "see-Q4_K_M-00001-of-00002.gguf"
    assert {file.path for file in got.manifest.files} == {*parts, "mmproj-F16.gguf"}


def test_names_that_lead_out_of_the_folder_are_not_written(hub: Hub, tmp_path: Path) -> None:
    hub.repositories["owner/evil"] = Repository(files={"../evil-Q4_K_M.gguf": LARGE, "/etc/evil-Q8_0.gguf": LARGE})
    with pytest.raises(PartimentoError):
        pulled(tmp_path / "models", "owner/evil")
    assert not list(tmp_path.rglob("*.gguf"))
    assert not any(map(is_within, ("../x", "/x", "a/../b", "C:/x", "", "a//b", "..\\x")))


def test_a_folder_whose_file_was_shortened_is_not_whole_and_is_mended(hub: Hub, tmp_path: Path) -> None:
    got = pulled(tmp_path)
    Path(got.path).write_bytes(LARGE[:1000])
    assert manifest_in(Path(got.folder)) is None
    assert Path(pulled(tmp_path).path).read_bytes() == LARGE


def test_removing_takes_what_was_pulled_and_nothing_else(hub: Hub, tmp_path: Path) -> None:
    got = pulled(tmp_path, model=PHI)
    pulled(tmp_path, quantisation="Q8_0")
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(LARGE)
    note = Path(got.folder) / "note.txt"
    note.write_text("mine too")
    (gone,) = remove(tmp_path, "owner/little:Q4_K_M")
    assert gone.bytes == len(LARGE)
    assert left(tmp_path) == {
        "mine.gguf", "owner--little--Q4_K_M/note.txt", "owner--little--Q8_0/little-Q8_0.gguf",
        "owner--little--Q8_0/manifest.json", "owner--little--Q8_0/pull.lock",
    }  # fmt: skip
    assert len(remove(tmp_path, "fi", [PHI])) == 1
    assert left(tmp_path) == {"mine.gguf", "owner--little--Q4_K_M/note.txt"}
    with pytest.raises(UnknownName, match="pulled model 'mine'"):
        remove(tmp_path, "mine")


def test_what_was_half_pulled_can_be_removed_but_not_while_it_comes(hub: Hub, tmp_path: Path) -> None:
    hub.holds_after = 65536
    worker = threading.Thread(target=lambda: pulled(tmp_path))
    worker.start()
    assert hub.held.wait(10)
    with pytest.raises(NotConfigured, match="is being pulled"):
        remove(tmp_path, "owner/little")
    hub.release.set()
    worker.join(10)

    def stop(told: Pulling) -> None:
        raise KeyboardInterrupt

    hub.holds_after = None
    with pytest.raises(KeyboardInterrupt):
        pulled(tmp_path, quantisation="Q8_0", told=stop)
    assert len(remove(tmp_path, "owner/little")) == 2
    assert not list(tmp_path.iterdir())


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    (tmp_path / "pull.lock").touch()
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with alone(tmp_path) as again:
        assert again


def test_a_damaged_manifest_counts_as_none(tmp_path: Path) -> None:
    for text in ("", "{", "[]", json.dumps({"repository": "a/b", "revision": "", "format": "gguf", "files": []})):
        (tmp_path / "manifest.json").write_text(text)
        assert manifest_in(tmp_path) is None


def test_without_the_client_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(NotConfigured) as missing:
        pulled(tmp_path)
    assert missing.value.mend == "pip install 'partimento[llama]'"
