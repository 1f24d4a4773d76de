"""What each worker of a cluster does, by what it was started with and by who else is there."""

import pytest

from facenet_core.runs.engine.sharing_out import BESIDE, EVERYTHING, GIVEN, TRAINS, share_out


def plain(roles=None):
    return {"nthreads": 1, "resources": {**(roles or {}), **({GIVEN: 1} if roles else {})}}


def with_resources(**resources):
    return {"nthreads": 1, "resources": resources}


def test_a_single_worker_does_everything():
    assert share_out({"a": plain()}) == {"a": EVERYTHING}
    assert share_out({}) == {}


@pytest.mark.parametrize("count", [2, 3, 7])
def test_of_several_one_stands_beside_and_the_others_train(count):
    roles = share_out({str(number): plain() for number in range(count)})
    assert sorted(map(str, roles.values())) == sorted(map(str, [BESIDE] + [TRAINS] * (count - 1)))


def test_who_comes_second_stands_beside_since_the_first_may_train_already():
    assert share_out({"a": plain(EVERYTHING), "b": plain()}) == {"a": TRAINS, "b": BESIDE}


def test_who_stands_beside_goes_on_when_others_come_and_go():
    assert share_out({"a": plain(TRAINS), "b": plain(BESIDE), "c": plain()}) == {"a": TRAINS, "b": BESIDE, "c": TRAINS}
    assert share_out({"b": plain(BESIDE), "c": plain(TRAINS)}) == {"b": BESIDE, "c": TRAINS}
    assert share_out({"b": plain(BESIDE)}) == {"b": EVERYTHING}


def test_after_a_restart_of_the_app_two_that_stand_beside_are_one_again():
    assert share_out({"a": plain(BESIDE), "b": plain(BESIDE)}) == {"a": TRAINS, "b": BESIDE}


def test_what_whoever_started_it_chose_stays():
    own = with_resources(train=2, side=1)
    assert share_out({"a": own}) == {"a": {"train": 2, "side": 1, "fetch": 1}}
    assert share_out({"a": own, "b": plain()})["b"] == TRAINS
    assert share_out({"a": with_resources(train=1), "b": plain()})["b"] == BESIDE
    assert share_out({"a": with_resources(train=1, GPU=1)})["a"] == {"train": 1, "side": 0, "fetch": 0}
    assert share_out({"a": with_resources(GPU=1)})["a"] == EVERYTHING
