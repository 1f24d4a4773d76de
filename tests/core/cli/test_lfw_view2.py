"""View 2 from the terminal, on a made set: who is trained on, what is reported, and a kill that loses nothing."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core import files
from facenet_core.cli.lfw_view2 import _folds
from facenet_core.cli.main import main
from facenet_core.runs import list_runs, open_run

ROOT = Path(__file__).parents[3]
FOLDS, PEOPLE, IMAGES = 4, 4, 4
TINY = ["--embedding-size", "8", "--people-per-batch", "3", "--images-per-person", "2", "--precision", "float32"]


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


def name_of(fold, person):
    return f"Fold{fold}_Person{person}"


@pytest.fixture(scope="module")
def lfw(tmp_path_factory):
    """Four folds of four people with four pictures each, in a folder that says what was done to them."""
    root = tmp_path_factory.mktemp("lfw")
    chance = np.random.default_rng(0)
    for fold in range(1, FOLDS + 1):
        for person in range(PEOPLE):
            folder = root / "lfw-deepfunneled" / name_of(fold, person)
            folder.mkdir(parents=True)
            colour = chance.integers(40, 215, 3)
            for number in range(1, IMAGES + 1):
                pixels = np.clip(colour + chance.normal(0, 25, (22, 22, 3)), 0, 255).astype(np.uint8)
                Image.fromarray(pixels).resize((110, 110)).save(folder / f"{folder.name}_{number:04}.png")
    (root / "protocol").mkdir()
    (root / "protocol" / "people.txt").write_text(people_text())
    (root / "protocol" / "pairs.txt").write_text(pairs_text())
    return root


def people_text():
    folds = "".join(
        f"{PEOPLE}\n" + "".join(f"{name_of(fold, person)}\t{IMAGES}\n" for person in range(PEOPLE))
        for fold in range(1, FOLDS + 1)
    )
    return f"{FOLDS}\n{folds}"


def pairs_text():
    lines = [f"{FOLDS}\t4"]
    for fold in range(1, FOLDS + 1):
        lines += [f"{name_of(fold, person)}\t1\t{person % 3 + 2}" for person in range(4)]
        lines += [f"{name_of(fold, person)}\t{person + 1}\t{name_of(fold, (person + 1) % 4)}\t1" for person in range(4)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def faces_root(tmp_path_factory):
    return tmp_path_factory.mktemp("faces")


def command(lfw, runs, faces_root, *more):
    places = ["--runs", str(runs), "--faces-root", str(faces_root), "--json"]
    where = ["--path", str(lfw / "lfw-deepfunneled"), "--protocol", str(lfw / "protocol")]
    return ["lfw-view2", *where, *TINY, *places, *(str(part) for part in more)]


def told(capsys):
    out = capsys.readouterr()
    assert "Traceback" not in out.err
    return json.loads(out.out.splitlines()[-1]) if out.out else {}, out.err


@pytest.fixture(scope="module")
def done(lfw, faces_root, tmp_path_factory):
    """The folder of runs of a study of two epochs a fold that was never interrupted."""
    runs = tmp_path_factory.mktemp("runs")
    assert main(command(lfw, runs, faces_root, "--epochs", 2)) == 0
    return runs


def test_the_report_is_what_lfw_asks_for(lfw, faces_root, done, capsys):
    assert main(command(lfw, done, faces_root, "--epochs", 2)) == 0
    result, err = told(capsys)

    assert err.count("done before") == FOLDS  # nothing was trained again
    assert result["category"] == "Unrestricted, No Outside Data"
    assert (result["pictures"], result["pictures_known"]) == (
        "deep-funneled",
        "from the name of the folder lfw-deepfunneled",
    )
    assert result["complete"]
    assert (result["pairs"], result["missing_pairs"], result["missing"]) == (32, 0, [])
    accuracies = [fold["accuracy"] for fold in result["folds"]]
    assert result["accuracy"] == pytest.approx(np.mean(accuracies))
    assert result["standard_error"] == pytest.approx(np.std(accuracies, ddof=1) / 2)
    assert {"threshold", "auc", "eer", "val_at_far", "roc", "images_shown", "mirror", "study"} <= set(result)
    assert result["roc"]["kind"] == "VAL averaged over the folds at equal FAR"
    assert result["roc"]["val"][-1] == 1
    assert sorted(result["roc"]["val"]) == result["roc"]["val"]


def test_each_fold_is_trained_on_others_and_its_threshold_comes_from_one_that_is_not(done):
    (study,) = (done / ".studies").glob("*.json")
    entries = files.read_json(study)["folds"]
    for fold in range(1, FOLDS + 1):
        entry = entries[str(fold)]
        held_back = fold % FOLDS + 1
        assert entry["threshold_from_folds"] == [held_back]
        listed = set(open_run(done, entry["run"]).record().config.faces.people_list)
        assert listed == {
            name_of(other, person)
            for other in range(1, FOLDS + 1)
            if other not in (fold, held_back)
            for person in range(PEOPLE)
        }


def test_all_nine_give_the_threshold_when_asked_to(lfw, faces_root, tmp_path, capsys):
    more = ("--epochs", 1, "--folds", 2, "--threshold-from", "nine", "--pictures", "own-aligned")
    assert main(command(lfw, tmp_path, faces_root, *more)) == 0
    result, _ = told(capsys)
    (fold,) = result["folds"]
    assert fold["threshold_from_folds"] == [1, 3, 4]
    assert fold["people"] == 12
    assert fold["threshold"] == fold["threshold_of_all_others"]
    assert not result["complete"]
    assert result["notes"] == ["1 of 4 folds: LFW's figure is that of all of them."]
    assert result["standard_error"] is None
    assert "only if the alignment learned nothing" in result["category"]


def test_mirrored_pictures_are_a_matter_of_measuring(lfw, faces_root, done, capsys):
    before = {run.id for run in list_runs(done)}
    assert main(command(lfw, done, faces_root, "--epochs", 2, "--no-mirror", "--folds", "1..2")) == 0
    result, err = told(capsys)
    assert not result["mirror"]
    assert err.count("measuring run") == 2
    assert {run.id for run in list_runs(done)} == before
    assert main(command(lfw, done, faces_root, "--epochs", 2)) == 0


def test_other_settings_are_another_study(lfw, faces_root, done, capsys):
    assert main(command(lfw, done, faces_root, "--epochs", 1, "--folds", 4)) == 0
    told(capsys)
    assert len(list((done / ".studies").glob("*.json"))) == 2


def test_left_to_itself_a_fold_shows_as_many_images_as_are_allowed(lfw, faces_root, tmp_path, monkeypatch, capsys):
    from facenet_core.runs.studies import lfw_view2 as lfw_study

    monkeypatch.setattr(lfw_study, "IMAGES_SHOWN", 100)
    assert main(command(lfw, tmp_path, faces_root, "--folds", 1)) == 0
    result, _ = told(capsys)
    assert 70 < result["images_shown"] <= 100


KILLED_AT_EPOCH_3 = """
import os, signal, sys
from facenet_core.cli.main import main
from facenet_core.runs.storage import RunFolder
write = RunFolder.write_epoch
def killed(self, record):
    if record.epoch == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, record)
RunFolder.write_epoch = killed
main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_killed_in_mid_training_it_goes_on_and_ends_alike(lfw, faces_root, tmp_path, capsys):
    more = ("--epochs", 4, "--folds", 2)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert main(command(lfw, whole, faces_root, *more)) == 0
    expected, _ = told(capsys)

    arguments = [sys.executable, "-c", KILLED_AT_EPOCH_3, *command(lfw, cut, faces_root, *more)]
    assert subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=120).returncode == -signal.SIGKILL
    (study,) = (cut / ".studies").glob("*.json")
    study.unlink()  # as if it had been killed before the run's name was written down
    (half,) = list_runs(cut)
    assert half.epochs() == [0, 1, 2]

    assert main(command(lfw, cut, faces_root, *more)) == 0
    result, err = told(capsys)
    assert f"taking up run {half.id}" in err
    assert len(list_runs(cut)) == 1
    for name in ("accuracy", "threshold", "auc", "roc"):
        assert result[name] == expected[name]


def test_a_pair_without_its_picture_is_named(lfw, faces_root, done, tmp_path, capsys):
    protocol = tmp_path / "protocol"
    protocol.mkdir()
    people = (
        people_text()
        .replace(f"{name_of(1, 0)}\t4", "Betsy_Nobody\t1")
        .replace(f"{name_of(2, 0)}\t4", f"{name_of(2, 0)} 9")
    )
    (protocol / "people.txt").write_text(people.replace("\n", "\r\n"))  # and lines end as on Windows
    (protocol / "pairs.txt").write_text(pairs_text().replace(f"{name_of(1, 0)}\t", "Betsy_Nobody\t").replace("\t", " "))
    arguments = command(lfw, done, faces_root, "--epochs", 1, "--folds", 1)
    arguments[arguments.index("--protocol") + 1] = str(protocol)
    assert main(arguments) == 0
    result, _ = told(capsys)
    assert (result["pairs"], result["missing_pairs"]) == (5, 3)
    assert ["Betsy_Nobody_0001.jpg", "Betsy_Nobody_0002.jpg"] in result["missing"]
    assert result["notes"][0] == (
        f"2 people have another number of pictures than people.txt says: Betsy_Nobody 0 of 1, {name_of(2, 0)} 4 of 9."
    )


def broken(folder, people=None, pairs=None):
    folder.mkdir()
    if people is not None:
        (folder / "people.txt").write_text(people)
    if pairs is not None:
        (folder / "pairs.txt").write_text(pairs)
    return folder


@pytest.mark.parametrize(
    ("people", "pairs", "said"),
    [
        (None, pairs_text(), "has no people.txt"),
        (people_text(), None, "has no pairs.txt"),
        (
            people_text(),
            "5\t4" + pairs_text()[3:],
            "line 34: expected a same pair (name, number, number), 1 of 4 of fold 5 of 5 as line 1 says",
        ),
        (
            people_text(),
            "4\t3" + pairs_text()[3:],
            "line 5: expected a different pair (name, number, name, number), 1 of 3 of fold 1 of 4",
        ),
        ("3" + people_text()[1:], pairs_text(), "people.txt, line 17: expected the end of the file"),
        (people_text().replace("\t4\n", "\tfour\n", 1), pairs_text(), "people.txt, line 3: expected a name"),
        (people_text().replace(name_of(2, 1), name_of(1, 1)), pairs_text(), "stands in fold 1 and in fold 2"),
        (people_text(), pairs_text().replace(name_of(2, 1), name_of(1, 1)), "in fold 2, people.txt in fold 1"),
        (people_text(), "\n".join(["2\t4", *pairs_text().splitlines()[1:17]]), "4 folds and pairs.txt 2"),
        (people_text(), pairs_text().replace("\t1\t2\n", "\t1\t1\n", 1), "line 2: expected two pictures of one person"),
    ],
)
def test_protocol_files_that_are_not_what_they_should_be(lfw, faces_root, tmp_path, capsys, people, pairs, said):
    arguments = command(lfw, tmp_path / "runs", faces_root)
    arguments[arguments.index("--protocol") + 1] = str(broken(tmp_path / "protocol", people, pairs))
    assert main(arguments) == 2
    _, err = told(capsys)
    assert len(err.strip().splitlines()) == 1
    assert said in err
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_is_not_lfw(lfw, faces_root, tmp_path, capsys):
    for person in ("Ann", "Bo"):
        (tmp_path / "images" / person).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (50, 50), (number, 90, 90)).save(tmp_path / "images" / person / f"{number}.png")
    arguments = command(lfw, tmp_path / "runs", faces_root)
    arguments[arguments.index("--path") + 1] = str(tmp_path / "images")
    assert main(arguments) == 2
    assert "none of the pictures that pairs.txt names" in told(capsys)[1]
    arguments[arguments.index("--path") + 1] = str(tmp_path / "nowhere")
    assert main(arguments) == 2
    assert "must be a folder" in told(capsys)[1]


def test_folds_are_named_in_several_ways():
    assert _folds(None, 10) == list(range(1, 11))
    assert _folds("1..10", 10) == list(range(1, 11))
    assert _folds("7, 2-3", 10) == [2, 3, 7]
    for wrong in ("0", "11", "1..11", "one", "3..1", ""):
        with pytest.raises(ValueError, match="--folds must"):
            _folds(wrong, 10)


def test_a_study_that_cannot_be_read_is_a_sentence(lfw, faces_root, tmp_path, capsys):
    assert main(command(lfw, tmp_path, faces_root, "--epochs", 1, "--folds", 1)) == 0
    told(capsys)
    (study,) = (tmp_path / ".studies").glob("*.json")
    study.write_text("{")
    assert main(command(lfw, tmp_path, faces_root, "--epochs", 1, "--folds", 1)) == 2
    assert "delete it, finished runs are found" in told(capsys)[1]
    study.unlink()
    assert main(command(lfw, tmp_path, faces_root, "--epochs", 1, "--folds", 1)) == 0
    assert "measuring run" in told(capsys)[1]


def test_two_at_once_do_not_get_in_each_others_way(lfw, faces_root, done, capsys):
    (lock,) = [
        path.with_suffix(".lock")
        for path in (done / ".studies").glob("*.json")
        if len(files.read_json(path)["folds"]) == FOLDS
    ]
    with files.locked(lock):
        assert main(command(lfw, done, faces_root, "--epochs", 2)) == 2
    assert "under way in another process" in told(capsys)[1]
