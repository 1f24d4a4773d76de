import numpy as np
import pytest

from facenet_core.faces.photos.kept import keep
from facenet_core.runs.advance import move_run
from facenet_core.runs.jobs.enrolling import embed_kept, embed_own, embed_tracked


@pytest.fixture
def trained(make_run, faces_root):
    run = make_run(epochs=1)
    move_run(run, faces_root)
    return run


def test_tracked_faces_come_out_as_they_are_stored(trained, faces_root):
    found = embed_tracked(str(trained.path), str(faces_root), [3, 5])
    np.testing.assert_allclose(found.embeddings, trained.epoch(1).embeddings[[3, 5]], atol=1e-5)
    assert found.exact
    assert 0 < found.seconds < 30
    assert not embed_tracked(str(trained.path), str(faces_root / "elsewhere"), [3]).exact


def test_own_photos_are_embedded_alike(trained):
    pictures = np.random.default_rng(0).integers(0, 255, (3, 110, 110, 3)).astype(np.uint8)
    found = embed_own(str(trained.path), pictures)
    assert found.embeddings.shape == (3, 16)
    assert len(found.pictures) == 0


def test_somebody_of_a_kept_set_comes_with_their_pictures(trained, tmp_path):
    pictures = np.random.default_rng(0).integers(0, 255, (5, 110, 110, 3)).astype(np.uint8)
    keep(
        "class",
        images=pictures,
        people=["Ada", "Bo", "Ada", "Ada", "Bo"],
        files=[f"{n}.png" for n in range(5)],
        mixed=None,
        root=tmp_path,
        progress=None,
    )
    found = embed_kept(str(trained.path), str(tmp_path), "class", "Ada", 2)
    assert found.embeddings.shape == (2, 16)
    assert found.pictures.shape == (2, 110, 110, 3)
    with pytest.raises(ValueError, match="not there any more"):
        embed_kept(str(trained.path), str(tmp_path), "class", "Cy", 2)
    with pytest.raises(ValueError, match="not there any more"):
        embed_kept(str(trained.path), str(tmp_path), "gone", "Ada", 2)
