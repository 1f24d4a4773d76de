"""What readers are told, in numbers and in safe text."""

import numpy as np
import pytest

from facenet_core.evaluation.pairs.ruler import distance_words
from pages.shared.words import people_words, plain, seconds_left, share, step_sentence, trust_sentence


def test_a_step_says_how_many_triplets_still_teach():
    steps = {"step": np.array([84]), "active": np.array([212]), "valid": np.array([1900])}
    assert step_sentence(steps) == "step 84: 212 of the batch's 1,900 triplets still teach"


def test_a_step_without_triplets_says_why():
    steps = {"step": np.array([1]), "active": np.array([0]), "valid": np.array([0])}
    assert "two people with two images" in step_sentence(steps)


@pytest.mark.parametrize(("seconds", "words"), [(12.4, "12 s"), (130, "2 min"), (4800, "80 min"), (9000, "2 h 30 min")])
def test_durations_are_short(seconds, words):
    assert seconds_left(seconds) == words


def test_a_share_has_its_counts():
    assert share(41, 333) == "12.3 % (41 of 333)"
    assert share(0, 0) == "no such pairs"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "*bold* [link](x) `code`", "a\n\n# title", ":smile: $x$"]
)
def test_markdown_of_others_is_shown_letter_by_letter(text):
    safe = plain(text)
    assert "\n" not in safe
    for sign in "<>*[]`#$:":
        assert safe.count(sign) == safe.count("\\" + sign)


def test_trust_is_said_in_words():
    assert "really lie together" in trust_sentence(0.98, "umap-2d")
    assert "not neighbours" in trust_sentence(0.7, "pca-2d")
    assert "too few" in trust_sentence(float("nan"), "umap-2d")


def test_small_distances_keep_a_digit_more():
    assert [distance_words(value) for value in (0.0, 0.034, 0.1, 1.234)] == ["0.00", "0.0340", "0.10", "1.23"]


def test_people_are_counted_as_one_says_it():
    assert [people_words(count) for count in (0, 1, 5749)] == ["0 people", "1 person", "5,749 people"]
