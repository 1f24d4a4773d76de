"""Warming a worker: jobs break it off, and the worker beside the training goes on with it once it rests."""

import threading

from facenet_core.runs.engine.workers.warm_up import Stage, _Warmth

SOON = 10  # seconds


class Stages:
    """Three stages; the first one lasts until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go, self.last = threading.Event(), threading.Event(), threading.Event()
        self.done: list[str] = []

    def stages(self):
        return [
            Stage("first", self.first),
            Stage("second", lambda: self.done.append("second")),
            Stage("third", self.third, behind=True),
        ]

    def first(self) -> None:
        self.begun.set()
        assert self.go.wait(SOON)
        self.done.append("first")

    def third(self) -> None:
        self.done.append("third")
        self.last.set()


def a_job_in_between(goes_on: bool) -> tuple[Stages, list[str]]:
    """Have a job come during the first stage; return the stages and those that were done when the job ran."""
    warmth, stages, ran = _Warmth(rest=0.01), Stages(), []

    def job() -> None:
        with warmth.kept_off():
            ran.extend(stages.done)

    warmth.begin(stages.stages(), goes_on=goes_on)
    assert stages.begun.wait(SOON)
    asking = threading.Thread(target=job)
    asking.start()
    assert warmth._hurry.wait(SOON)
    stages.go.set()
    asking.join(SOON)
    assert warmth.done.wait(SOON)
    return stages, ran


def test_a_job_waits_for_the_stage_and_not_for_the_rest():
    stages, ran = a_job_in_between(goes_on=False)
    assert ran == ["first"]
    assert stages.last.wait(SOON)
    assert stages.done == ["first", "third"]  # what nobody waits for is made up for; what a step would wait for is not


def test_what_a_job_broke_off_is_made_up_for_once_it_is_done():
    stages, ran = a_job_in_between(goes_on=True)
    assert ran == ["first"]
    assert stages.last.wait(SOON)
    assert stages.done == ["first", "second", "third"]


def test_two_jobs_at_once_are_both_kept_apart_from_it():
    warmth, stages = _Warmth(rest=0.01), Stages()
    stages.go.set()
    with warmth.kept_off():
        with warmth.kept_off():
            warmth.begin(stages.stages(), goes_on=True)
            assert warmth.done.wait(SOON)
        assert stages.done == []
    assert stages.last.wait(SOON)


def test_it_does_not_go_on_between_two_jobs_of_one_burst():
    warmth, stages = _Warmth(rest=3600), Stages()
    with warmth.kept_off():
        warmth.begin(stages.stages(), goes_on=True)
        assert warmth.done.wait(SOON)
    warmth._rested()  # as the timer of an earlier job would
    assert warmth.done.is_set()
    assert stages.done == []


def test_a_stage_that_fails_is_not_tried_again(capsys):
    warmth = _Warmth()
    tried = []

    def fail() -> None:
        tried.append(1)
        raise RuntimeError("nothing there")

    warmth.begin([Stage("loading", fail)], goes_on=True)
    assert warmth.done.wait(SOON)
    with warmth.kept_off():
        pass
    assert warmth.done.wait(SOON)
    assert tried == [1]
    assert "nothing there" in capsys.readouterr().err
