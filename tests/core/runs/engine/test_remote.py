"""A cluster that somebody else started, or that is not there."""

import pytest

from facenet_core.runs import RemoteEngine, open_engine, open_run
from facenet_core.runs.engine.workers.warm_up import WARM_UP_VARIABLE


def test_a_cluster_that_knows_nothing_of_us_trains_just_the_same(tmp_path, tiny, wait_until, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setenv(WARM_UP_VARIABLE, "no")  # its worker is a thread of this process

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        engine = RemoteEngine(cluster.scheduler_address, tmp_path)
        try:
            run = open_run(engine.runs, engine.train(tiny))
            engine.want_maps(run.id, "pca-2d")
            wait_until(lambda: run.status().resting, "the run to finish")
            wait_until(lambda: run.map_epochs("pca-2d") == [0, 1, 2, 3], "the maps")
            assert run.status().state == "finished"
            assert len(engine.state().workers) == 1
        finally:
            engine.close()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_scheduler_that_does_not_answer_is_a_sentence(tmp_path, wait_until, address):
    engine = RemoteEngine(address, tmp_path)
    try:
        wait_until(lambda: "trying again" in engine.state().message, "a sentence")
        assert not engine.state().ready
        assert "scheduler" in engine.state().message
    finally:
        engine.close()


def test_the_environment_chooses_the_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("FACENET_SCHEDULER", "tcp://127.0.0.1:1")
    engine = open_engine(tmp_path)
    try:
        assert engine.state().kind == "remote"
    finally:
        engine.close()
