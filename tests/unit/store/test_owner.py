import os
import subprocess
import sys

from partimento.store.owner import may_live, this_process


def of_a_child() -> tuple[str, bool]:
    """What a child calls itself, and whether it was thought alive while it was."""
    program = "import sys; from partimento.store.owner import this_process; print(this_process(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        owner = child.stdout.readline().decode().strip()
        return owner, may_live(owner)


def test_this_process_lives() -> None:
    assert may_live(this_process())


def test_another_process_lives_until_it_ends() -> None:
    owner, lived = of_a_child()
    assert lived
    assert not may_live(owner)


def test_a_process_with_a_number_given_out_again_is_another_one() -> None:
    host, pid, started = this_process().split("/")
    assert pid == str(os.getpid())
    assert not may_live(f"{host}/{pid}/{started}0")


def test_of_another_machine_nothing_is_known() -> None:
    _, pid, started = this_process().split("/")
    assert may_live(f"elsewhere/{pid}/{started}")


def test_what_is_no_owner_is_not_alive_here() -> None:
    host, _, _ = this_process().split("/")
    assert not may_live(f"{host}/nonsense/1")
