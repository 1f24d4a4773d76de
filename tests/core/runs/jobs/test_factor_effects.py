"""How far factors move an embedding: against networks that are known, stored with the run, read with care."""

import numpy as np
import pytest

from facenet_core.faces.heads import CONDITION_FACTORS, IDENTITY_FACTORS, conditions_of, identity_of
from facenet_core.runs.job_status import read_job
from facenet_core.runs.jobs import factor_effects
from facenet_core.runs.jobs.factor_effects import FACTORS, changed, effects, ends_of, stored_effects, weights_of

NAMES = [factor.name for factor in FACTORS]


def brightness(pictures: np.ndarray) -> np.ndarray:
    """A network that sees nothing but how light a picture is."""
    return pictures.mean(axis=(1, 2, 3), dtype=np.float64)[:, None] / 255


@pytest.fixture
def few(monkeypatch) -> list[str]:
    """Only four factors, so that a test takes a moment."""
    names = ["skin_tone", "nose_width", "light_strength", "glasses"]
    few = tuple(factor for factor in FACTORS if factor.name in names)
    monkeypatch.setattr(factor_effects, "FACTORS", few)
    return [factor.name for factor in few]


def test_every_factor_has_two_ends_that_it_allows():
    whole, usual = ends_of("ends"), ends_of("usual")
    assert list(whole) == list(usual) == NAMES
    own = identity_of(1, 2), conditions_of(1, 2, 3)
    for factor in FACTORS:
        for ends in (whole, usual):
            for end in ends[factor.name]:
                assert changed(*own, factor.name, end) is not None
        assert whole[factor.name][0] != whole[factor.name][1]
        if not factor.choices:
            assert factor.low <= usual[factor.name][0] < usual[factor.name][1] <= factor.high
    assert usual["yaw"][1] - usual["yaw"][0] < 50
    assert whole["yaw"] == (-50, 50)
    with pytest.raises(ValueError, match="reach must be one of"):
        ends_of("far")


def test_a_changed_factor_changes_only_itself():
    identity, conditions = identity_of(1, 2), conditions_of(1, 2, 3)
    who, how = changed(identity, conditions, "yaw", 33.0)
    assert who == identity
    assert how.yaw == 33
    who, how = changed(identity, conditions, "nose_width", 0.15)
    assert how == conditions
    assert who.nose_width == 0.15


def test_a_network_of_brightness_moves_for_the_light(few):
    told = []
    network, pixels = effects(brightness, ends_of("ends"), people=2, tell=lambda *how_far: told.append(how_far))
    assert network.shape == pixels.shape == (2, len(few))
    mean = dict(zip(few, network.mean(axis=0), strict=True))
    assert mean["light_strength"] > 10 * mean["nose_width"]
    assert told[-1] == (2 * 2 * len(few), 2 * 2 * len(few))
    again, _ = effects(brightness, ends_of("ends"), people=2)
    assert np.array_equal(network, again)


def test_a_collapsed_network_moves_nowhere(few):
    network, pixels = effects(lambda pictures: np.ones((len(pictures), 8)), ends_of("usual"), people=1)
    assert (network == 0).all()
    assert pixels.max() > 0


def measure(tmp_path, monkeypatch, embed) -> str:
    monkeypatch.setattr(factor_effects, "PEOPLE", 1)
    monkeypatch.setattr(factor_effects, "embed_photos", lambda run, pictures: embed(pictures))
    return factor_effects.measure_factors(str(tmp_path / "jobs" / "factors-1.json"), str(tmp_path), "ends")


def test_what_was_measured_is_kept_with_the_run(tmp_path, monkeypatch, few):
    assert stored_effects(str(tmp_path), "ends") is None
    assert measure(tmp_path, monkeypatch, brightness) == "finished"
    found = stored_effects(str(tmp_path), "ends")
    assert found.names == tuple(few)
    assert found.network.shape == (factor_effects.PEOPLE, len(few))
    assert found.weights == weights_of(str(tmp_path)) == ""
    assert stored_effects(str(tmp_path), "usual") is None
    (tmp_path / "factors" / "ends.npz").write_bytes(b"half a fi")
    assert stored_effects(str(tmp_path), "ends") is None


def test_embeddings_that_are_not_numbers_fail_with_a_sentence(tmp_path, monkeypatch, few):
    assert measure(tmp_path, monkeypatch, lambda pictures: np.full((len(pictures), 4), np.nan)) == "failed"
    assert "not numbers" in read_job(tmp_path / "jobs", "factors-1").message
    assert stored_effects(str(tmp_path), "ends") is None


def test_factors_are_those_of_a_person_and_of_a_picture():
    assert (*IDENTITY_FACTORS, *CONDITION_FACTORS) == FACTORS
    assert len(set(NAMES)) == len(NAMES)
