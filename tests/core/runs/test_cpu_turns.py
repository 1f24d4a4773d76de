"""Turns alternate, and a kill gives a turn back."""

import subprocess
import sys
import threading

import pytest

from facenet_core.runs.cpu_turns import Turnstile


def test_whoever_waits_has_the_next_turn(tmp_path, wait_until):
    one, other = (Turnstile(1, folder=tmp_path, cores=1) for _ in range(2))
    order = []

    def take_a_turn():
        with other.turn():
            order.append("other")

    with one.turn():
        waiter = threading.Thread(target=take_a_turn)
        waiter.start()
        probe = Turnstile(1, folder=tmp_path, cores=1)
        wait_until(lambda: _is_taken(probe), "the other to wait")
    with one.turn():
        order.append("one")
    waiter.join()

    assert order == ["other", "one"]


def _is_taken(turnstile):
    if not turnstile._next.try_take():
        return True
    turnstile._next.free()
    return False


@pytest.mark.parametrize(("threads", "cores", "lanes"), [(2, 2, 1), (4, 16, 4), (4, 2, 1), (1, 3, 3)])
def test_there_are_as_many_lanes_as_the_cores_have_room_for(tmp_path, threads, cores, lanes):
    assert Turnstile(threads, folder=tmp_path, cores=cores).lanes == lanes


def test_two_lanes_let_two_compute_at_once(tmp_path):
    one, other = (Turnstile(1, folder=tmp_path, cores=2) for _ in range(2))

    with one.turn(), other.turn():
        pass  # one lane would wait for ever here


def test_a_killed_process_gives_its_turn_back(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from facenet_core.runs.cpu_turns import Turnstile\n"
        "with Turnstile(1, folder=Path(sys.argv[1]), cores=1).turn(): print('mine', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "mine\n"
    holder.kill()
    holder.communicate()

    with Turnstile(1, folder=tmp_path, cores=1).turn():
        pass


def test_nobody_waits_for_ever_for_one_who_was_suspended(tmp_path):
    suspended, patient = Turnstile(1, folder=tmp_path, cores=1), Turnstile(1, folder=tmp_path, cores=1, patience=0.2)
    done = []
    with suspended.turn():
        for number in range(3):
            with patient.turn():
                done.append(number)
        waits = Turnstile(1, folder=tmp_path, cores=1)._lanes[0]
        assert not waits.try_take()  # the turn is still the other's
    with patient.turn():
        assert not waits.try_take()  # and taken in turn again, once it can be

    assert done == [0, 1, 2]
