import pytest

from facenet_core.choices import MAPS
from facenet_core.map_config import MAP_METHODS, MapSettings, chosen, key_of, read_key


def test_default_settings_keep_the_plain_name():
    assert str(key_of("umap", 2, MapSettings())[0]) == "umap-2d"
    key, kept = key_of("umap", 2, MapSettings(neighbours=15, min_dist=0.1, metric="euclidean"))
    assert (str(key), kept) == ("umap-2d", MapSettings())
    assert str(key_of("tsne", 3, MapSettings(neighbours=30))[0]) == "tsne-3d"


def test_other_settings_have_a_name_of_their_own_and_equal_ones_the_same():
    first, kept = key_of("umap-polished", 3, MapSettings(neighbours=50, seed=3))
    again, _ = key_of("umap-polished", 3, MapSettings(seed=3, neighbours=50, min_dist=0.1))
    assert first == again == read_key(str(first))
    assert str(first).startswith("umap-polished-3d-")
    assert kept == MapSettings(neighbours=50, seed=3)
    assert first != key_of("umap-polished", 3, MapSettings(neighbours=51, seed=3))[0]


def test_settings_that_do_not_matter_to_a_method_leave_no_trace():
    assert str(key_of("pca", 2, MapSettings(neighbours=50, seed=9))[0]) == "pca-2d"
    assert key_of("pca", 2, MapSettings(basis_epoch=0))[1] == MapSettings(basis_epoch=0)
    assert str(key_of("tsne", 2, MapSettings(min_dist=0.5))[0]) == "tsne-2d"


def test_settings_go_to_json_and_back():
    settings = MapSettings(neighbours=5, min_dist=0.0, metric="cosine", seed=0, basis_epoch=0)
    assert MapSettings.from_json(settings.to_json() | {"of a later version": 1}) == settings
    assert chosen("umap", MapSettings(neighbours=5))["neighbours"] == 5
    assert chosen("tsne-refit", MapSettings())["neighbours"] == 30


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"neighbours": 1}, "neighbours must lie between 2 and 200, got 1"),
        ({"min_dist": 1.0}, "min_dist must lie between 0 and 0.99"),
        ({"metric": "hamming"}, "metric must be one of euclidean"),
        ({"seed": -1}, "seed must lie between"),
        ({"basis_epoch": -1}, "basis_epoch must be an epoch"),
    ],
)
def test_bad_settings_are_refused(setting, words):
    with pytest.raises(ValueError, match=words):
        MapSettings(**setting)


@pytest.mark.parametrize("name", ["umap", "umap-4d", "t-sne-2d", "../umap-2d", "umap-2d-xyz", ".making-umap-2d"])
def test_what_is_no_name_of_a_map_is_refused(name):
    with pytest.raises(ValueError, match="method must be one of umap-2d"):
        read_key(name)


def test_every_method_is_explained_and_can_be_loaded():
    assert len(MAP_METHODS) == 2 * len(MAPS)
    for choice in MAPS.values():
        assert choice.about.endswith(".")
        assert callable(choice.load())
        assert set(choice.options) <= set(MapSettings.__dataclass_fields__)
