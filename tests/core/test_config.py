"""A configuration checks itself and travels as JSON."""

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facenet_core.config import (
    DEVICES,
    OPTIMISERS,
    PRECISIONS,
    SCHEDULES,
    AugmentationConfig,
    FacesConfig,
    TrainingConfig,
    check_learning_rate,
    check_margin,
)


def test_the_defaults_are_a_run_that_works_offline():
    config = TrainingConfig()
    assert (config.faces.source, config.network, config.miner, config.margin) == (
        "synthetic",
        "classroom",
        "semi-hard",
        0.2,
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("margin", 0),
        ("margin", 4),
        ("margin", -0.1),
        ("margin", math.nan),
        ("margin", math.inf),
        ("logit_scale", 0.5),
        ("logit_scale", 129),
        ("logit_scale", math.nan),
        ("angular_margin", -0.1),
        ("angular_margin", 1.6),
        ("angular_margin", math.nan),
        ("pair_margin", 0),
        ("pair_margin", 2.1),
        ("pair_margin", math.nan),
        ("embedding_size", 1),
        ("embedding_size", 513),
        ("people_per_batch", 1),
        ("images_per_person", 1),
        ("epochs", 0),
        ("seed", -1),
        ("seed", 2**63),
        ("learning_rate", 0),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("weight_decay", -1),
        ("weight_decay", math.nan),
        ("optimiser", "adam"),
        ("schedule", "cosine"),
        ("device", "tpu"),
        ("precision", "float16"),
    ],
)
def test_a_setting_out_of_range_is_named_with_what_it_was(setting, value):
    with pytest.raises(ValueError, match=rf"{setting}.*\b{value}|{setting}.*{value!r}"):
        TrainingConfig(**{setting: value})


@pytest.mark.parametrize(("setting", "value"), [("people", 1), ("people", 0), ("images", 1), ("people_list", ())])
def test_faces_that_form_no_pairs_are_refused(setting, value):
    with pytest.raises(ValueError, match=setting):
        FacesConfig(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "value"),
    [("shift", -1), ("shift", 31), ("cut_out", -1), ("cut_out", 81), ("brightness", 1.0), ("brightness", -0.1)],
)
def test_augmentation_out_of_range_is_refused(setting, value):
    with pytest.raises(ValueError, match=setting):
        AugmentationConfig(**{setting: value})


@pytest.mark.parametrize("margin", [1e-9, 0.2, 3.999])
def test_a_margin_between_0_and_4_is_returned(margin):
    assert check_margin(margin) == margin


@pytest.mark.parametrize("learning_rate", [1e-12, 0.05, 10])
def test_a_learning_rate_up_to_10_is_returned(learning_rate):
    assert check_learning_rate(learning_rate) == learning_rate


def test_a_configuration_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingConfig().margin = 0.5


def test_names_in_a_people_list_survive_as_they_are():
    config = TrainingConfig(faces=FacesConfig(people_list=("Zoë Müller", "王 芳", "<script>")))
    read = TrainingConfig.from_json(json.loads(json.dumps(config.to_json())))
    assert read == config
    assert isinstance(read.faces.people_list, tuple)


numbers = st.integers(2, 1000)
configurations = st.builds(
    TrainingConfig,
    faces=st.builds(
        FacesConfig,
        source=st.sampled_from(["synthetic", "folder"]),
        path=st.none() | st.text(),
        people=st.none() | numbers,
        images=st.none() | numbers,
        people_list=st.none() | st.lists(st.text(), min_size=1).map(tuple),
    ),
    embedding_size=st.integers(2, 512),
    network_options=st.dictionaries(st.text(), st.booleans() | st.integers() | st.text()),
    margin=st.floats(0, 4, exclude_min=True, exclude_max=True),
    logit_scale=st.floats(1, 128),
    angular_margin=st.floats(0, 1.5),
    pair_margin=st.floats(0, 2, exclude_min=True),
    people_per_batch=st.none() | numbers,
    images_per_person=numbers,
    epochs=st.integers(1, 10_000),
    seed=st.integers(0, 2**63 - 1),
    optimiser=st.sampled_from(OPTIMISERS),
    learning_rate=st.floats(0, 10, exclude_min=True),
    weight_decay=st.floats(0, 1e6),
    schedule=st.sampled_from(SCHEDULES),
    augmentation=st.builds(
        AugmentationConfig,
        flip=st.booleans(),
        shift=st.integers(0, 30),
        cut_out=st.integers(0, 80),
        brightness=st.floats(0, 1, exclude_max=True),
    ),
    device=st.sampled_from(DEVICES),
    precision=st.sampled_from(PRECISIONS),
    mirror=st.booleans(),
)


@given(configurations)
def test_every_configuration_comes_back_from_json_unchanged(config):
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_settings_left_out_take_their_defaults():
    assert TrainingConfig.from_json({"margin": 0.5}) == TrainingConfig(margin=0.5)


@pytest.mark.parametrize(
    ("values", "unknown"),
    [
        ({"temperature": 1}, "TrainingConfig does not know temperature"),
        ({"faces": {"camera": 0}}, "FacesConfig does not know camera"),
        ({"augmentation": {"blur": 2}}, "AugmentationConfig does not know blur"),
    ],
)
def test_settings_of_a_newer_version_are_named(values, unknown):
    with pytest.raises(ValueError, match=unknown):
        TrainingConfig.from_json(values)


def test_values_read_from_json_are_checked_too():
    with pytest.raises(ValueError, match="margin"):
        TrainingConfig.from_json({"margin": 9})


def test_people_from_names_travel_and_are_absent_where_they_are_not_asked_for():
    usual = TrainingConfig(faces=FacesConfig(source="folder", path="/faces"))
    assert "people_from_names" not in usual.to_json()["faces"]  # studies are named after their settings
    assert TrainingConfig.from_json(usual.to_json()) == usual
    asked = TrainingConfig(faces=FacesConfig(source="folder", path="/faces", people_from_names=True))
    assert TrainingConfig.from_json(asked.to_json()) == asked
    with pytest.raises(ValueError, match="people_from_names is for a folder"):
        FacesConfig(people_from_names=True)
