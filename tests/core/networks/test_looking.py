"""Looking into networks whose answers are known: linear ones, and layers made by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from facenet_core.networks import build_network
from facenet_core.networks.looking import (
    colour_filters,
    gradient_times_input,
    layer_maps,
    occlusion,
    strongest_pictures,
)

SIZE = 10


@pytest.fixture
def linear():
    """Return a network that is one matrix, and the matrix."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIZE * SIZE, 5, bias=False))
    return network, network[1].weight.detach().numpy().astype(np.float64)


@pytest.fixture
def pixels():
    return torch.rand(3, SIZE, SIZE, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_occlusion_of_a_linear_network_is_what_one_computes_by_hand(linear, pixels):
    network, matrix = linear
    reference = torch.arange(5.0)

    found = occlusion(network, pixels, reference, square=4, places=3)

    assert found.starts.tolist() == [0, 3, 6]
    for row, top in enumerate(found.starts):
        for column, left in enumerate(found.starts):
            hidden = pixels.numpy().astype(np.float64).copy()
            hidden[:, top : top + 4, left : left + 4] = 0
            expected = np.sum((matrix @ hidden.reshape(-1) - reference.numpy()) ** 2)
            assert found.squared_distances[row, column] == pytest.approx(expected, rel=1e-4)


def test_occlusion_finds_the_only_pixel_that_counts(pixels):
    class OnePixel(nn.Module):
        def forward(self, images):
            return images[:, :, 7, 2]

    found = occlusion(OnePixel(), pixels, pixels[:, 7, 2], square=1, places=SIZE)

    assert np.argwhere(found.squared_distances > 1e-6).tolist() == [[7, 2]]


def test_occlusion_leaves_the_picture_as_it_was(linear, pixels):
    before = pixels.clone()
    occlusion(linear[0], pixels, torch.zeros(5), square=4, places=3)
    assert torch.equal(pixels, before)


@pytest.mark.parametrize(("square", "places"), [(0, 3), (SIZE, 3), (4, 1)])
def test_a_square_that_cannot_be_moved_is_refused(linear, pixels, square, places):
    with pytest.raises(ValueError, match="pixels at 2 places or more"):
        occlusion(linear[0], pixels, torch.zeros(5), square=square, places=places)


def test_gradient_times_input_of_a_linear_network_is_its_formula(linear, pixels):
    network, matrix = linear
    reference = np.arange(5.0)
    flat = pixels.numpy().astype(np.float64).reshape(-1)

    found = gradient_times_input(network, pixels, torch.from_numpy(reference).float())

    gradient = 2 * matrix.T @ (matrix @ flat - reference)
    expected = -(gradient * flat).reshape(3, SIZE, SIZE).sum(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_a_gradient_leaves_no_trace_in_the_network(linear, pixels):
    network = linear[0]
    gradient_times_input(network, pixels, torch.zeros(5))
    assert network[1].weight.requires_grad
    assert network[1].weight.grad is None


@pytest.fixture
def colours():
    """Return a network whose first layer has a channel for every colour and one that is always off."""
    first = nn.Conv2d(3, 4, 1, bias=False)
    first.weight.data = torch.cat([torch.eye(3), torch.zeros(1, 3)]).reshape(4, 3, 1, 1)
    return nn.Sequential(first, nn.ReLU(inplace=True), nn.AvgPool2d(2), nn.Flatten(), nn.LazyLinear(2))


def test_maps_are_what_left_the_layer_before_the_next_one_overwrote_it(colours, pixels):
    maps = layer_maps(colours, pixels[None], "0")
    torch.testing.assert_close(maps[0, :3], pixels)
    assert layer_maps(colours, pixels[None], "1").min() == 0


@pytest.mark.parametrize("layer", ["4", "nobody", "3"])
def test_a_layer_without_maps_is_refused(colours, pixels, layer):
    with pytest.raises(ValueError, match="layer"):
        layer_maps(colours, pixels[None], layer)


def test_hooks_do_not_stay(colours, pixels):
    layer_maps(colours, pixels[None], "0")
    with pytest.raises(ValueError, match="maps"):
        layer_maps(colours, pixels[None], "4")
    assert not any(module._forward_hooks for module in colours.modules())


def test_the_strongest_pictures_of_a_channel_and_where(colours):
    pictures = torch.full((70, 3, 8, 8), -1.0)  # more than one batch
    pictures[66, 0, 2, 6] = 0.9  # the reddest
    pictures[3, 0, 5, 1] = 0.5
    pictures[10, 2, 0, 0] = 0.8  # the bluest

    found = strongest_pictures(colours, pictures, "1", most=2)

    assert found.pictures[0].tolist() == [66, 3]
    np.testing.assert_allclose(found.strengths[0], [0.9, 0.5])
    np.testing.assert_allclose(found.places[0], [[2.5 / 8, 6.5 / 8], [5.5 / 8, 1.5 / 8]])
    assert found.pictures[2, 0] == 10
    assert found.strengths[3].tolist() == [0, 0]  # a channel that is always off


def test_fewer_pictures_than_asked_for_and_none(colours, pixels):
    assert strongest_pictures(colours, pixels[None], "0", most=9).pictures.shape == (4, 1)
    with pytest.raises(ValueError, match="at least one"):
        strongest_pictures(colours, torch.empty(0, 3, 8, 8), "0")


def test_the_first_filters_are_those_that_look_at_colours(colours):
    name, filters = colour_filters(colours)
    assert name == "0"
    np.testing.assert_array_equal(filters[0, :, 0, 0], [1, 0, 0])
    assert colour_filters(nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 4, 3))) is None
    assert colour_filters(nn.Sequential(nn.AvgPool2d(5), nn.Flatten())) is None


@pytest.mark.parametrize("name", ["classroom", "seed"])
def test_every_network_can_be_looked_into(name):
    network = build_network(name, 8).eval()
    face = torch.zeros(3, 110, 110) + 0.5
    first, filters = colour_filters(network)
    assert filters.shape[:2] == (32, 3)
    assert layer_maps(network, face[None], first).shape[:2] == (1, 32)
    assert occlusion(network, face, torch.zeros(8), square=55, places=2).squared_distances.shape == (2, 2)
    assert gradient_times_input(network, face, torch.zeros(8)).shape == (110, 110)
