"""Who is before a run in the queue, and how long that takes."""

from dataclasses import replace

import pytest

from facenet_core.runs import RunRequest
from facenet_core.runs.engine.waiting import seconds_to_go, wait_of


@pytest.fixture
def run_at(make_run):
    """Return what makes a run that is at a step of 100, each step a batch of 8 images."""

    def made(step=0, rate=0.0, state="running", begun=True, **request):
        run = make_run()
        config = run.record().config
        config = replace(config, people_per_batch=4, images_per_person=2, epochs=10)
        run.write_record(replace(run.record(), config=config, images=80, steps_per_epoch=10 if begun else None))
        moved = replace(run.status(), state=state, step=step, steps=100, images_shown=8 * step, images_per_second=rate)
        run.write_status(moved)
        run.write_request(RunRequest(**request))
        return run

    return made


def wait(run, queue, training):
    return wait_of(run.path.parent, run.id, [r.id for r in queue], [r.id for r in training])


def test_the_first_in_the_queue_waits_for_the_first_place_that_comes_free(run_at):
    long, short = run_at(step=0, rate=8.0), run_at(step=90, rate=8.0)  # 100 and 10 seconds to go
    mine = run_at(state="queued")
    found = wait(mine, [mine], [long, short])
    assert (found.place, found.waiting, found.before) == (1, 1, None)
    assert found.seconds == pytest.approx(10)


def test_every_run_before_takes_a_place_in_turn(run_at):
    long, short = run_at(step=0, rate=8.0), run_at(step=90, rate=8.0)
    first, second, mine = (run_at(state="queued") for _ in range(3))  # 100 s each, at the rate of those that train
    found = wait(mine, [first, second, mine], [long, short])
    assert (found.place, found.waiting, found.before) == (3, 3, second.id)
    assert found.seconds == pytest.approx(110)  # places come free after 10 and 100 s; 110 and 200 with those before


@pytest.mark.parametrize(
    ("request_", "seconds"), [({}, 100), ({"until_epoch": 2}, 20), ({"until_step": 3}, 3), ({"epochs": 20}, 200)]
)
def test_a_run_takes_as_long_as_is_asked_of_it(run_at, request_, seconds):
    assert seconds_to_go(run_at(rate=8.0, **request_), []) == pytest.approx(seconds)


def test_where_it_cannot_be_known_nothing_is_said(run_at):
    unknown, mine = run_at(rate=0.0), run_at(state="queued")
    assert wait(mine, [mine], [unknown]).seconds is None
    assert wait(mine, [mine], [unknown]).before == unknown.id
    assert wait(mine, [mine], []).seconds is None
    known = run_at(rate=8.0)
    unknown.write_record(replace(unknown.record(), config=replace(unknown.record().config, network="another")))
    assert wait(mine, [unknown, mine], [known]).place == 2
    (known.path / "config.json").write_text("{")
    assert wait(mine, [mine], [known]).seconds is None


def test_a_run_that_does_not_wait_has_no_place(run_at):
    assert wait(run_at(), [], []) is None
