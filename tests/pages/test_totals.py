"""Every total on a page names the set it counts; what is left out is said, and the sums are those of the set."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from facenet_core.faces import split_faces
from facenet_core.faces.left_out import left_out_words
from pages.shared.runs.totals import WORDS, all_followed, followed
from tests.pages.made_run import make_run
from tests.pages.recognition.test_page import with_pictures
from tests.pages.test_pages import words


@pytest.fixture
def run(runs):
    """A run that follows 32 of 72 training pictures, 16 of 30 held-out images and all 24 of unseen people."""
    made = make_run(runs)
    made.write_verification({"epoch": 5, "unseen": {"images": 24}, "held_out": {"images": 30}})
    return made


def test_what_a_run_follows_adds_up(run):
    faces = run.tracked()
    assert followed(run, faces, 0) == "the 32 of 72 training pictures of seen people that this run follows"
    assert followed(run, faces, 1) == "the 16 of 30 held-out images that this run follows"
    assert followed(run, faces, 2) == "all 24 pictures of unseen people"
    said = all_followed(run, faces)
    counts = [
        int(number.replace(",", "")) for number in re.findall(r"([\d,]+)(?: of [\d,]+)? (?:training|held|pic)", said)
    ]
    assert sum(counts) == len(faces) == 72


def test_before_the_run_has_finished_only_what_is_known_is_said(runs):
    made = make_run(runs, state="running", epochs_done=2)
    assert followed(made, made.tracked(), 1) == f"the 16 {WORDS[1]} that this run follows"


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        (
            "training",
            {},
            "the 72 faces that this run follows (32 of 72 training pictures of seen people, 16 of 30",
        ),
        ("triplets", {"epoch": "2"}, "triplets of the 32 of 72 training pictures of seen people that this run follows"),
        ("epochs", {"group": "2"}, "different pairs of all 24 pictures of unseen people"),
        ("verification", {"verify_group": "held-out images"}, "The pairs are those of the 16 of 30 held-out images"),
        ("verification", {}, "The pairs are those of all 24 pictures of unseen people"),
        ("verification", {"verify_view": "The leak"}, "The pairs of each group are those of the 72 faces"),
        ("recognition", {}, "other photos"),
        ("clustering", {}, "Sorted here: all 24 pictures of unseen people"),
    ],
)
def test_a_total_names_its_set(visit, run, page, query, said):
    app = visit(page, run=run.id, **query)
    for button in [button for button in app.button if button.key == "predict_skip"]:
        button.click().run()
    assert not app.exception
    assert said in words(app)


def test_the_probes_and_the_gallery_are_the_pictures_followed(visit, run):
    said = words(visit("recognition", run=with_pictures(run).id))
    (found,) = re.findall(r"([\d,]+) probes: ([\d,]+) of .*?, ([\d,]+) of .*?; the gallery holds ([\d,]+) other", said)
    probes, known, strangers, gallery = (int(number.replace(",", "")) for number in found)
    assert probes == known + strangers
    assert probes + gallery == 24


class Counted(SimpleNamespace):
    """A set by its counts alone."""

    def __len__(self) -> int:
        return len(self.people)


def people(counts: list[int]) -> Counted:
    names = [f"person {number}" for number in range(len(counts))]
    return Counted(people=np.repeat(np.arange(len(counts)), counts), names=names, counts=np.array(counts))


@pytest.mark.parametrize(
    ("counts", "settings", "parts"),
    [
        ([24] * 70, {"people": 50, "images": 20}, ["280 more of the unseen people (at most 10 of each are measured)"]),
        ([40] * 12, {"people": 4, "images": 5}, ["100 more of the people trained on", "240 more of the unseen people"]),
        (
            [12] * 60 + [1] * 7,
            {"people": 10, "images": 12},
            ["80 more of the unseen people", "127 of 17 people who are in no group"],
        ),
    ],
)
def test_what_is_in_no_group_is_said_and_adds_up(counts, settings, parts):
    faces = people(counts)
    split = split_faces(faces, **settings)
    said = left_out_words(faces, split)
    used = len(split.seen) + len(split.held_out) + len(split.unseen)
    assert said.startswith(f"{len(faces) - used:,} of the set's {len(faces):,} pictures are neither")
    for part in parts:
        assert part in said
    found = re.findall(r"([\d,]+) (?:more of|of (?:\d+ people|1 person))", said)
    numbers = [int(number.replace(",", "")) for number in found]
    assert sum(numbers) == len(faces) - used


def test_where_everything_is_used_nothing_is_said():
    faces = people([4] * 6)
    split = split_faces(faces, people=4, images=2)
    assert left_out_words(faces, split) is None
