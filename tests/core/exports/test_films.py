"""Films: what is written is opened again and counted."""

import io
import shutil
import stat
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from facenet_core.exports import ExportWish, export_bytes
from facenet_core.exports import moving as films
from facenet_core.exports.content import epoch_words, read_content
from facenet_core.exports.drawing import Painter
from facenet_core.exports.film import (
    FRAME_MS,
    HOLD_MS,
    LAST_HOLD_MS,
    count_moments,
    fitted,
    moments,
    read_film,
    thinned,
)
from facenet_core.exports.lettering import written
from facenet_core.runs.records import EpochRecord, MapRecord
from tests.core.exports.conftest import silent


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("kind", "name"), [("gif", "GIF"), ("webp", "WEBP")])
def test_a_film_holds_every_epoch_and_moves_between(made, kind, name):
    film = opened(export_bytes(made(), ExportWish(format=kind, size=200), silent))

    assert (film.format, film.size, film.info["loop"]) == (name, (200, 200), 0)
    assert film.n_frames == 4 + 3 * 5
    durations = []
    for number in range(film.n_frames):
        film.seek(number)
        film.load()
        durations.append(film.info["duration"])
    assert durations == ([HOLD_MS] + [FRAME_MS] * 5) * 3 + [LAST_HOLD_MS]


def test_all_pictures_of_a_gif_share_one_palette(made):
    film = opened(export_bytes(made(people=30), ExportWish(format="gif", size=300, faces=False), silent))
    colours: set[bytes] = set()
    for number in range(film.n_frames):
        film.seek(number)
        colours |= {bytes(colour) for _, colour in film.convert("RGB").getcolors(300 * 300)}
    assert len(colours) <= films.COLOURS


def test_faces_move_on_a_straight_way_and_end_where_the_map_says(made):
    film = read_film(read_content(made()))
    shown = list(moments(film))

    assert len(shown) == count_moments(film) == 19
    assert np.array_equal(shown[0].positions, film.positions[0])
    assert np.array_equal(shown[6].positions, film.positions[1])
    between = shown[3].positions
    assert np.allclose(between, (film.positions[0] + film.positions[1]) / 2, atol=1e-6)
    assert [moment.epoch for moment in shown[:7]] == [0, 0, 0, 1, 1, 1, 1]
    assert [shown[0].share, shown[6].share, shown[-1].share] == [0, pytest.approx(1 / 3), 1]


def test_a_picture_shows_each_face_in_its_persons_colour(made):
    content = read_content(made(people=2, each=2, unseen=False))
    film = replace(read_film(content), positions=np.array([[[0, 0], [1, 0], [0, 1], [1, 1]]] * 4, np.float32))
    painter = Painter(content, film, 400, faces=False)
    picture = np.asarray(painter.draw(next(moments(film)))).astype(int)

    for colour in content.colours:
        rgb = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        assert (np.abs(picture - rgb).sum(axis=2) < 40).sum() > 3, colour
    assert np.array_equal(picture, np.asarray(painter.draw(next(moments(film)))))


def test_one_epoch_is_a_film_of_one_picture(made):
    run = made(epochs_done=0)
    assert opened(export_bytes(run, ExportWish(format="gif", size=200), silent)).n_frames == 1
    assert opened(export_bytes(run, ExportWish(format="webp", size=200), silent)).n_frames == 1


def test_a_run_without_maps_is_drawn_by_principal_components(made):
    run = made(maps=())
    film = read_film(read_content(run))

    assert film.method == "pca-2d"
    assert film.positions.shape == (4, 24, 2)
    assert np.isfinite(film.positions).all()
    embeddings = run.epoch(3).embeddings.astype(np.float64)
    centred = embeddings - embeddings.mean(axis=0)
    expected = centred @ np.linalg.svd(centred)[2][:2].T  # up to signs
    distances = [np.linalg.norm(table[:, None] - table, axis=-1) for table in (expected, film.positions[3])]
    assert np.corrcoef(distances[0].ravel(), distances[1].ravel())[0, 1] > 0.99999
    assert not (run.path / "maps" / "pca-2d").exists()  # looking changes nothing


def test_positions_and_embeddings_that_are_no_numbers_have_no_place(made):
    run = made()
    record = run.map("umap-2d", 2)
    broken = record.positions.copy()
    broken[3], broken[4, 0] = np.nan, np.inf
    run.write_map("umap-2d", MapRecord(epoch=2, positions=broken, trustworthiness=0.9))
    film = read_film(read_content(run))
    assert np.isnan(film.positions[2, [3, 4]]).all()
    assert np.isfinite(np.delete(film.positions[2], [3, 4], axis=0)).all()
    assert opened(export_bytes(run, ExportWish(format="gif", size=200), silent)).n_frames == 19

    bare = made(maps=())
    embeddings = np.full_like(bare.epoch(3).embeddings, np.nan)
    bare.write_epoch(EpochRecord(epoch=3, embeddings=embeddings, figures={"epoch": 3, "loss": None}))
    assert np.isnan(read_film(read_content(bare)).positions).all()
    assert opened(export_bytes(bare, ExportWish(format="gif", size=200), silent)).n_frames > 1


def test_all_faces_on_one_spot_stand_in_the_middle():
    assert np.allclose(fitted(np.full((2, 3, 2), 7.0)), 0.5)


def test_many_epochs_are_thinned_with_both_ends_kept():
    kept = thinned(tuple(range(500)), 100)
    assert (len(kept), kept[0], kept[-1]) == (100, 0, 499)
    assert set(np.diff(kept)) <= {5, 6}


@pytest.mark.parametrize(
    "name", ["x" * 200, "Zoë Ångström", "顔の地図", "وجوه", "<script>alert(1)</script>", "a\nb\tc\x00"]
)
def test_any_name_can_be_a_title(made, name):
    assert opened(export_bytes(made(name=name), ExportWish(format="gif", size=200), silent)).n_frames == 19


def test_letters_that_no_font_has_are_told_in_others(monkeypatch):
    monkeypatch.setattr("facenet_core.exports.lettering._wider_fonts", lambda size: ())
    assert written("Zoë", 20, 500, otherwise="run 1")[0] == "Zoe"
    assert written("顔", 20, 500, otherwise="run 1")[0] == "run 1"
    cut, font = written("x" * 200, 20, 100, otherwise="")
    assert cut.endswith("...")
    assert font.getlength(cut) <= 100


def test_own_photographs_stay_here_unless_asked_for(made):
    run = made(source="folder")
    content = read_content(run)
    assert content.thumbnails is None
    assert not Painter(content, read_film(content), 200).faces
    with pytest.raises(ValueError, match="own photographs"):
        export_bytes(run, ExportWish(format="gif", faces=True), silent)
    asked = read_content(run, with_photos=True)
    assert Painter(asked, read_film(asked), 200, faces=True).faces


def test_a_source_that_nobody_knows_counts_as_own(made):
    assert read_content(made(source="photos")).thumbnails is None
    assert read_content(made(source="lfw")).thumbnails is not None


@pytest.mark.parametrize("size", [0, 159, 1601])
def test_a_size_that_cannot_be_is_said(made, size):
    with pytest.raises(ValueError, match="size must lie between"):
        export_bytes(made(), ExportWish(format="gif", size=size), silent)


def test_epochs_in_words():
    assert epoch_words(3, 15, 0.1234) == "epoch 3 of 15, loss 0.123"
    assert epoch_words(3, 15, float("nan")) == "epoch 3 of 15"
    assert epoch_words(0, 15, None) == "untrained, epoch 0 of 15"


def test_mp4_needs_ffmpeg_and_says_so(made, monkeypatch):
    monkeypatch.setattr(films.shutil, "which", lambda name: None)
    with pytest.raises(ValueError, match="install it"):
        export_bytes(made(), ExportWish(format="mp4"), silent)


FFMPEG = """#!{python}
import sys
frame = int(sys.argv[sys.argv.index("-video_size") + 1].split("x")[0]) ** 2 * 3
frames = len(sys.stdin.buffer.read()) / frame
open(sys.argv[-1], "w").write(str(frames))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="writes a POSIX script")
def test_ffmpeg_is_given_every_picture_for_as_long_as_it_stands(made, monkeypatch, tmp_path):
    program = tmp_path / "ffmpeg"
    program.write_text(FFMPEG.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    frames = export_bytes(made(), ExportWish(format="mp4", size=160), silent)
    assert float(frames) == (3 * (HOLD_MS // FRAME_MS + 5)) + LAST_HOLD_MS // FRAME_MS

    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('Unknown encoder')\n")
    with pytest.raises(ValueError, match="Unknown encoder"):
        export_bytes(made(), ExportWish(format="mp4", size=160), silent)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg, and there is none here")
def test_a_real_mp4(made):
    assert export_bytes(made(), ExportWish(format="mp4", size=160), silent)[4:8] == b"ftyp"
