"""Networks keep their promises: shapes, lengths, sizes, and a table that is read from the module."""

import pytest
import torch
from torch import nn

from facenet_core import choices
from facenet_core.networks import build_network, describe_network, layer_table

FACES = torch.rand(3, 3, 110, 110) * 2 - 1


@pytest.mark.parametrize("embedding_size", [2, 128, 512])
def test_classroom_gives_points_on_the_unit_sphere(embedding_size: int) -> None:
    embeddings = build_network("classroom", embedding_size)(FACES)
    assert embeddings.shape == (3, embedding_size)
    assert embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))


def test_classroom_stays_within_13_million_multiply_adds() -> None:
    assert describe_network("classroom").multiply_adds <= 13_000_000


def test_the_embedding_stays_exact_under_autocast() -> None:
    network = build_network("classroom", 16)
    with torch.autocast("cpu", torch.bfloat16):
        embeddings = network(FACES)
    assert embeddings.dtype == torch.float32
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3), atol=1e-6, rtol=0)


def test_seed_has_the_small_projects_number_of_parameters() -> None:
    assert describe_network("seed").parameters == 6_519_328


def test_seed_multiplies_a_tanh_by_128() -> None:
    embeddings = build_network("seed")(FACES)
    assert embeddings.abs().max() <= 128
    assert (embeddings.norm(dim=1) - 1).abs().min() > 0.01


def test_seed_put_right_lies_on_the_unit_sphere() -> None:
    embeddings = build_network("seed", 32, unit_length=True, tanh=False)(FACES)
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))


def test_the_table_counts_a_known_network() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Flatten(), nn.Linear(4 * 55 * 55, 7))
    table = layer_table(network)
    assert [row.output_shape for row in table.layers] == [(4, 55, 55), (4 * 55 * 55,), (7,)]
    assert [row.multiply_adds for row in table.layers] == [55 * 55 * 4 * 3 * 9, 0, 4 * 55 * 55 * 7]
    assert table.parameters == (4 * 3 * 9 + 4) + (4 * 55 * 55 * 7 + 7)


def test_a_network_of_ones_own_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    own = choices.Choice("Pixels", "Raw pixels, projected.", f"{__name__}:pixels_network")
    monkeypatch.setitem(choices.NETWORKS, "pixels", own)
    monkeypatch.setattr(choices.Choice, "load", lambda self: pixels_network)
    assert build_network("pixels", 5)(FACES).shape == (3, 5)


def pixels_network(embedding_size: int) -> nn.Module:
    return nn.Sequential(nn.AvgPool2d(22), nn.Flatten(), nn.Linear(75, embedding_size))


def test_unknown_names_and_options_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="classroom, seed, got 'resnet'"):
        build_network("resnet")
    with pytest.raises(ValueError, match="no option depth; its options: unit_length, scale, tanh"):
        build_network("seed", depth=3)
    with pytest.raises(ValueError, match="between 2 and 512, got 1"):
        build_network("classroom", 1)
    with pytest.raises(ValueError, match="scale must be a number above 0"):
        build_network("seed", scale=0.0)
