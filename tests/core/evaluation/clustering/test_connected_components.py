import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import connected_components
from facenet_core.evaluation.clustering import connected_components as clustering


def plain_components(embeddings, threshold):
    labels = [None] * len(embeddings)
    group = 0
    for start in range(len(embeddings)):
        if labels[start] is not None:
            continue
        reached = [start]
        while reached:
            face = reached.pop()
            labels[face] = group
            squared = ((embeddings - embeddings[face]) ** 2).sum(1)
            reached += [i for i in np.flatnonzero(squared <= threshold) if labels[i] is None]
        group += 1
    return labels


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from([0, 1, 2, 4, 9, 200]), st.sampled_from([7, 10**6]))
def test_groups_equal_a_plain_walk(seed, faces, threshold, block):
    embeddings = np.random.default_rng(seed).integers(0, 12, (faces, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "BLOCK_ELEMENTS", block)
        assert connected_components(embeddings, threshold).tolist() == plain_components(embeddings, threshold)


def test_a_chain_is_one_group_although_its_ends_are_far_apart():
    chain = np.arange(10.0)[:, None]
    order = np.random.default_rng(0).permutation(10)
    assert set(connected_components(chain[order], 1.0)) == {0}
    assert connected_components(chain, 0.99).tolist() == list(range(10))


def test_copies_are_one_group_at_threshold_zero():
    face = np.random.default_rng(0).normal(size=128).astype(np.float32)
    assert set(connected_components(np.tile(face, (30, 1)), 0.0)) == {0}


def test_nan_names_its_rows():
    with pytest.raises(ValueError, match="row 0"):
        connected_components([[np.nan]], 1.0)
