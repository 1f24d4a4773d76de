"""A run that learned by way of a classifier has one to ask, read without torch and measured on held-out images."""

import numpy as np
import pytest
import torch

from facenet_core.evaluation.recognition.classifier_answers import classify
from facenet_core.faces import open_faces, split_faces
from facenet_core.runs.advance import advance
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.jobs.classifier import classify_held_out, has_classifier, read_classifier
from facenet_core.runs.records import RunDamaged
from facenet_core.triplets.batch_loss import build_batch_loss


@pytest.mark.parametrize("loss", ["softmax", "arcface"])
def test_a_trained_run_has_a_classifier_that_says_what_the_torch_one_says(make_run, faces_root, loss):
    run = make_run(loss=loss)
    assert advance(str(run.path), str(faces_root)) == "finished"
    classifier = read_classifier(run)
    assert has_classifier(run)
    assert classifier.parameters == 6 * (16 + (loss == "softmax"))
    faces = open_faces(run.record().fingerprint, root=faces_root)
    held_out = split_faces(faces, people=6, images=4).held_out
    embeddings = embed_photos(str(run.path), faces.read(held_out))
    head = build_batch_loss(run.record().config, classifier.people)
    with torch.no_grad():
        for name in ("weight", "bias"):
            if hasattr(head, name):
                getattr(head, name).copy_(torch.from_numpy(getattr(classifier, name)))
        theirs = head.people[head.scores(torch.from_numpy(embeddings)).argmax(dim=1)].numpy()
    named = classify(embeddings, classifier)
    assert np.array_equal(named, theirs)
    answer = classify_held_out(str(run.path), str(faces_root))
    assert (answer["images"], answer["people"], answer["classes"]) == (12, 6, 6)
    assert answer["right"] == int((named == faces.people[held_out]).sum())
    assert answer["parameters"] == classifier.parameters


def test_a_run_over_triplets_has_none(make_run):
    run = make_run()
    assert not has_classifier(run)
    with pytest.raises(ValueError, match=r"has no classifier, it learned with Triplet loss"):
        read_classifier(run)


def test_a_run_that_has_not_begun_or_is_damaged_says_so(make_run, faces_root):
    run = make_run(loss="softmax", epochs=1)
    with pytest.raises(RunDamaged, match="wait for its first epoch"):
        read_classifier(run)
    advance(str(run.path), str(faces_root))
    (head,) = (run.path / "checkpoint").glob("head-*")
    head.write_bytes(head.read_bytes()[:-3])
    with pytest.raises(RunDamaged, match="missing or damaged"):
        classify_held_out(str(run.path), str(faces_root))
