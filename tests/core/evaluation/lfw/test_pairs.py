import json
from pathlib import Path

import numpy as np
import pytest

from facenet_core.evaluation import (
    best_threshold,
    evaluate_pairs,
    picture_name,
    pictures_by_name,
    pictures_missing,
    pictures_needed,
    read_pairs,
    read_people,
)

LFW = Path(__file__).resolve().parents[5] / "shared" / "faces" / "lfw110"
needs_lfw = pytest.mark.skipif(not LFW.exists(), reason=f"LFW is not at {LFW}")

ONE_SET = "2\nAnn\t1\t2\nBo\t1\t3\nAnn\t1\tBo\t2\nBo\t1\tCy\t1\n"


def written(folder, text, name="pairs.txt"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_one_set_of_pairs(tmp_path):
    (pairs,) = read_pairs(written(tmp_path, ONE_SET))
    assert pairs.first == (("Ann", 1), ("Bo", 1), ("Ann", 1), ("Bo", 1))
    assert pairs.second == (("Ann", 2), ("Bo", 3), ("Bo", 2), ("Cy", 1))
    assert pairs.same.tolist() == [True, True, False, False]
    assert pictures_needed([pairs]) == [("Ann", 1), ("Ann", 2), ("Bo", 1), ("Bo", 2), ("Bo", 3), ("Cy", 1)]
    assert picture_name(("Ann", 12)) == "Ann_0012.jpg"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "pairs.txt is empty"),
        ("many\n", r"pairs\.txt, line 1: expected the number of pairs"),
        ("1 2 3\n", r"line 1: expected the number of pairs"),
        ("1\nAnn\t1\t2\n", r"line 3: expected a different pair .*found 'the end of the file'"),
        ("1\nAnn\t1\tBo\t2\nAnn\t1\tBo\t2\n", r"line 2: expected a same pair"),
        ("1\nAnn\t1\t0\nAnn\t1\tBo\t2\n", r"line 2: expected a same pair .*found '0'"),
        ("1\nAnn\t1\ttwo\nAnn\t1\tBo\t2\n", r"line 2: .* found 'two'"),
        (ONE_SET + "Bo\t1\tCy\t1\n", r"line 6: expected the end of the file"),
        ("2\t1\nAnn\t1\t2\nAnn\t1\tBo\t2\n", r"line 4: expected a same pair"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_pairs(written(tmp_path, text))


def test_a_binary_file_is_refused(tmp_path):
    (tmp_path / "pairs.txt").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    with pytest.raises(ValueError, match=r"pairs\.txt must be a text file"):
        read_pairs(tmp_path / "pairs.txt")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("2\nAnn\t3\nBo\t1\n", [("Ann", 3), ("Bo", 1)]),
        ("2\n1\nAnn\t3\n1\nBo\t1\n", [("Ann", 3), ("Bo", 1)]),
        ("Ann\t3\nBo\t1\n", [("Ann", 3), ("Bo", 1)]),
        ("Ann\nperson 03\n\nZoë\n", [("Ann", None), ("person 03", None), ("Zoë", None)]),
        ("1\n2\n", [("1", None), ("2", None)]),
    ],
)
def test_lists_of_people(tmp_path, text, people):
    assert read_people(written(tmp_path, text, "people.txt")) == people


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3\nAnn\t3\nBo\t1\n", r"people\.txt, line 4: expected a name"),
        ("1\nAnn\t3\nBo\t1\n", r"line 3: expected the end of the file"),
        ("2\nAnn\t3\nBo\n", r"line 3: expected a name, a tab and a number"),
        ("Ann\t3\nBo\n", r"line 2: expected a name"),
    ],
)
def test_a_malformed_list_of_people_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_people(written(tmp_path, text, "people.txt"))


def test_pictures_are_found_by_folder_and_number():
    files = ["Ann/Ann_0001.jpg", "s1/10.pgm", "Jo Do/Jo Do_0003.png", "loose_0001.jpg", "Ann/portrait.jpg"]
    assert pictures_by_name(files) == {("Ann", 1): 0, ("s1", 10): 1, ("Jo Do", 3): 2}


def fold_text(folds, pairs):
    lines = [f"{folds}\t{pairs}"] if folds > 1 else [f"{pairs}"]
    for fold in range(folds):
        lines += [f"p{fold}\t{2 * i + 1}\t{2 * i + 2}" for i in range(pairs)]
        lines += [f"p{fold}\t{i + 1}\tq{fold}\t{i + 1}" for i in range(pairs)]
    return "\n".join(lines) + "\n"


def measured(folder, folds, pairs, seed=0):
    """Random embeddings of every picture, the distances of all pairs, fold by fold, and the pairs."""
    read = read_pairs(written(folder, fold_text(folds, pairs)))
    pictures = pictures_needed(read)
    embeddings = np.random.default_rng(seed).normal(size=(len(pictures), 3))
    lookup = {picture: row for row, picture in enumerate(pictures)}
    squared = [
        np.array(
            [
                ((embeddings[lookup[a]] - embeddings[lookup[b]]) ** 2).sum()
                for a, b in zip(f.first, f.second, strict=True)
            ]
        )
        for f in read
    ]
    return read, lookup, embeddings, squared


def test_ten_folds_take_the_threshold_from_the_other_nine(tmp_path):
    folds, lookup, embeddings, squared = measured(tmp_path, 10, 6)
    accuracies = []
    for k, fold in enumerate(folds):
        others = [i for i in range(10) if i != k]
        threshold, _ = best_threshold(
            np.concatenate([squared[i] for i in others]), np.concatenate([folds[i].same for i in others])
        )
        accuracies.append(np.mean((squared[k] <= threshold) == fold.same))
    result = evaluate_pairs(folds, lookup, embeddings)
    assert [fold.accuracy for fold in result.folds] == pytest.approx(accuracies)
    assert result.accuracy == pytest.approx(np.mean(accuracies))
    assert result.standard_error == pytest.approx(np.std(accuracies, ddof=1) / np.sqrt(10))
    assert (result.pairs, result.missing_pairs) == (120, 0)


def test_one_set_takes_the_threshold_from_every_other_pair(tmp_path):
    (pairs,), lookup, embeddings, (squared,) = measured(tmp_path, 1, 20)
    even = np.arange(40) % 2 == 0
    accuracies = []
    for half in (even, ~even):
        threshold, _ = best_threshold(squared[~half], pairs.same[~half])
        accuracies.append(np.mean((squared[half] <= threshold) == pairs.same[half]))
    result = evaluate_pairs([pairs], lookup, embeddings)
    assert result.accuracy == pytest.approx(np.mean(accuracies))
    assert result.standard_error is None
    assert result.threshold == best_threshold(squared, pairs.same)[0]


def test_missing_pictures_are_counted_and_named(tmp_path):
    folds, lookup, embeddings, _ = measured(tmp_path, 1, 20)
    del lookup[("p0", 3)]  # in the second same pair and in the third different one
    result = evaluate_pairs(folds, lookup, embeddings)
    assert (result.pairs, result.missing_pairs, result.missing_pictures) == (38, 2, ("p0_0003.jpg",))
    values = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert values["missing_pairs"] == 2
    assert values["missing_pictures"] == ["p0_0003.jpg"]
    assert set(values) >= {"pairs", "missing_pairs", "accuracy", "threshold", "auc", "eer", "val_at_far"}
    assert values["val_at_far"]["0.001"] is None  # 19 different pairs cannot show it


def test_no_picture_at_all_is_a_result(tmp_path):
    folds, _, embeddings, _ = measured(tmp_path, 10, 2)
    result = evaluate_pairs(folds, {}, embeddings)
    assert (result.pairs, result.missing_pairs, result.accuracy, result.auc) == (0, 40, None, None)


def test_a_lookup_beyond_the_embeddings_is_refused(tmp_path):
    folds, lookup, embeddings, _ = measured(tmp_path, 1, 2)
    with pytest.raises(ValueError, match="lookup must point to rows"):
        evaluate_pairs(folds, lookup, embeddings[:2])


@needs_lfw
def test_lfws_own_files():
    protocol = LFW / "protocol"
    (view_1,), view_2 = read_pairs(protocol / "pairsDevTest.txt"), read_pairs(protocol / "pairs.txt")
    assert (len(view_1), view_1.same.sum()) == (1_000, 500)
    assert [(len(fold), fold.same.sum()) for fold in view_2] == [(600, 300)] * 10
    people = {name: read_people(protocol / f"{name}.txt") for name in ("people", "peopleDevTrain", "lfw-names")}
    assert {name: len(listed) for name, listed in people.items()} == {
        "people": 5_749,
        "peopleDevTrain": 4_038,
        "lfw-names": 5_749,
    }
    assert sum(count for _, count in people["people"]) == 13_233


@needs_lfw
def test_the_withdrawn_picture_of_view_1_is_named():
    files = [f"{person.name}/{picture.name}" for person in (LFW / "images").iterdir() for picture in person.iterdir()]
    folds = read_pairs(LFW / "protocol" / "pairsDevTest.txt")
    assert pictures_missing(folds, pictures_by_name(files)) == [("Betsy_Coffin", 1)]
