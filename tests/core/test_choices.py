"""What can be chosen by name can be imported, and one line adds to it."""

import sys
import textwrap

import pytest

from facenet_core.choices import LOSSES, MINERS, NETWORKS, SOURCES, Choice, choose
from facenet_core.faces.origins import ORIGINS

ALL = {"source": SOURCES, "network": NETWORKS, "miner": MINERS, "loss": LOSSES}
NAMED = [(kind, name) for kind, choices in ALL.items() for name in choices]


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_every_choice_can_be_imported(kind, name):
    assert callable(choose(kind, ALL[kind], name).load())


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_every_choice_tells_a_learner_what_it_is(kind, name):
    choice = ALL[kind][name]
    assert choice.label
    assert choice.about.endswith(".")
    assert all(about.endswith(".") for about in (choice.options or {}).values())


def test_every_source_says_where_its_pictures_come_from():
    assert set(ORIGINS) == set(SOURCES)


def test_an_unknown_name_gets_the_list_of_known_ones():
    with pytest.raises(ValueError, match=r"miner must be one of semi-hard, .*random, .*offline-hardest, got 'easy'"):
        choose("miner", MINERS, "easy")


@pytest.fixture
def my_network(tmp_path, monkeypatch):
    """One function in a file, and one line in the choices."""
    (tmp_path / "my_network.py").write_text(
        textwrap.dedent(
            """
            from torch import nn

            from facenet_core.networks.unit_length import UnitLength


            def build(embedding_size: int) -> nn.Module:
                return nn.Sequential(
                    nn.AvgPool2d(5),
                    nn.Flatten(),
                    nn.Linear(3 * 22 * 22, embedding_size),
                    UnitLength(),
                )
            """
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(NETWORKS, "mine", Choice("My network", "One layer on a blurred face.", "my_network:build"))
    yield "mine"
    sys.modules.pop("my_network", None)


def test_a_network_of_ones_own_is_one_function_and_one_line(my_network):
    import torch

    from facenet_core.networks import build_network, describe_network

    embeddings = build_network(my_network, 16)(torch.rand(4, 3, 110, 110))
    assert embeddings.shape == (4, 16)
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(4))
    assert describe_network(my_network, 16).parameters == (3 * 22 * 22 + 1) * 16
