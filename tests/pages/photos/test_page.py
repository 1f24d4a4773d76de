"""Own photos on their page: limits said first, bad files told, faces named, framed, probed, kept and deleted."""

import io
import zipfile
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import SkippedPicture
from facenet_core.faces.photos import list_kept
from facenet_core.faces.synthetic import draw_face
from facenet_core.runs.engine.state import EngineState, WorkerState
from facenet_core.runs.jobs import kept_photos as own_photos
from facenet_core.runs.storage import list_runs
from pages.photos.kept_sets import OWN_PHOTOS
from pages.shared.parts.photo_probe import waiting_words
from pages.shared.runs import session
from tests.core.faces.photos.scenes import scene
from tests.pages.made_run import make_run
from tests.pages.test_pages import words


def drawn(person=0, number=0):
    file = io.BytesIO()
    Image.fromarray(draw_face(person, number)).resize((180, 180)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def class_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for person, name in enumerate(("**Ann**", "李")):
            for number in range(2):
                archive.writestr(f"{name}/{number}.png", drawn(person, number))
        archive.writestr("<script>/x.png", b"no picture")
    return file.getvalue()


@pytest.fixture
def brought(visit, runs, class_zip):
    make_run(runs)
    app = visit("photos")
    app.file_uploader[0].upload("class.zip", class_zip, "application/zip").run()
    return app.run()


def album(app):
    return app.session_state["photos_album"]


def test_limits_stand_before_the_upload(visit):
    said = words(visit("photos"))
    assert "At most 500 photos" in said
    assert "25 megapixels" in said


def test_a_class_is_brought_and_what_is_no_picture_is_said(brought):
    assert not brought.exception
    assert [photo.person for photo in album(brought).photos] == ["**Ann**", "**Ann**", "李", "李"]
    (refused,) = brought.session_state["photos_reading"].refused
    assert isinstance(refused, SkippedPicture)
    assert "not a picture of a known kind" in words(brought).replace("\\", "")
    assert "<script>" not in words(brought)
    assert not brought.file_uploader[0].value  # the upload's memory is free


def test_photos_are_named_by_their_files(visit):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for person, name in enumerate(("ann", "bob")):
            for number in range(2):
                archive.writestr(f"{name}_{number}.png", drawn(person, number))
    app = visit("photos")
    app.file_uploader[0].upload("class.zip", file.getvalue(), "application/zip").run()
    app.run()
    assert [photo.person for photo in album(app).photos] == [""] * 4
    app.button(key="photos_name_files").click().run()
    assert [photo.person for photo in album(app).photos] == ["ann", "ann", "bob", "bob"]
    assert not [button for button in app.button if button.key == "photos_name_files"]


def test_a_face_is_named_left_out_and_deleted(brought):
    number = album(brought).photos[0].number
    brought.text_input(key=f"photo_person_{number}").set_value("Zoë").run()
    assert album(brought).photos[0].person == "Zoë"
    brought.button(key="photo_leave").click().run()
    assert len(album(brought).used) == 3
    brought.button(key="photo_delete").click().run()
    assert len(album(brought)) == 3
    brought.button(key="try_clear").click().run()
    assert len(album(brought)) == 0
    assert not brought.exception


def test_a_face_is_turned(brought):
    photo = album(brought).photos[0]
    brought.slider(key=f"photo_angle_{photo.number}").set_value(30).run()
    assert album(brought).find(photo.number).frame.angle == 30


def test_one_button_undoes_all_turns(visit):
    app = visit("photos")
    for number, lean in ((2, 20), (3, -18), (4, 0)):
        file = io.BytesIO()
        scene(number, lean=lean).picture.save(file, "PNG")
        app.file_uploader[0].upload(f"{number}.png", file.getvalue(), "image/png").run()
        app.run()
    assert [photo.turned for photo in album(app).photos] == [True, True, False]
    assert "2 faces leaned and were turned upright." in words(app)
    app.button(key="photos_undo_turns").click().run()
    assert not app.exception
    assert [photo.frame.angle for photo in album(app).photos] == [0, 0, 0]
    assert "2 faces lean, as in the photo." in words(app)
    app.button(key="photos_turn_upright").click().run()
    assert [photo.turned for photo in album(app).photos] == [True, True, False]
    app.slider(key=f"photo_angle_{album(app).photos[0].number}").set_value(0).run()
    assert "1 face leaned and was turned upright." in words(app)


def test_faces_are_held_against_a_run(brought):
    brought.button(key="photos_probe").click().run()
    assert not brought.exception
    assert not brought.error
    assert "otherwise unknown" in words(brought)


def test_the_page_stays_while_the_workers_are_busy(brought, engine, monkeypatch):
    answer, embed = Future(), engine.embed_photos
    monkeypatch.setattr(engine, "embed_photos", lambda *_: answer)
    brought.button(key="photos_probe").click().run()
    assert not brought.exception
    assert "A worker looks at the faces" in words(brought)
    answer.set_result(embed("", [photo.image for photo in album(brought).used]).result())
    brought.run()
    assert "otherwise unknown" in words(brought)


def test_what_went_wrong_at_the_worker_is_said_and_tried_again(brought, engine, monkeypatch):
    answer, embed = Future(), engine.embed_photos
    answer.set_exception(ValueError("Run 1 has no weights yet: train it first."))
    monkeypatch.setattr(engine, "embed_photos", lambda *_: answer)
    brought.button(key="photos_probe").click().run()
    assert "no weights yet" in brought.error[0].value
    monkeypatch.setattr(engine, "embed_photos", embed)
    brought.button(key="photos_probe").click().run()
    assert not brought.error


def test_what_the_answer_waits_for_is_said():
    side = WorkerState(name="side", pid=1, warm=True)
    state = EngineState(kind="local", ready=True, message="", workers=(side,))
    assert waiting_words(state) == "A worker looks at the faces."
    loading = replace(state, workers=(replace(side, warm=False, message="loading torch"),))
    assert "as soon as it is ready: loading torch" in waiting_words(loading)
    assert waiting_words(loading, warm=False) == "A worker looks at the faces."
    assert "something else: maps 1" in waiting_words(replace(state, workers=(replace(side, busy_with="maps 1"),)))
    assert (
        waiting_words(replace(state, ready=False, message="The workers are starting.")) == "The workers are starting."
    )


def test_keeping_needs_the_tick(brought, engine, runs):
    brought.text_input(key="keep_name").set_value("our class").run()
    assert brought.button(key="keep").disabled
    brought.checkbox(key="keep_agreed").check().run()
    brought.button(key="keep").click().run()
    assert ("job", ("keep", "keep_photos")) in engine.asked
    assert list_kept(runs.parent / "faces") == []  # an engine that keeps still stores nothing


def test_a_kept_set_is_listed_chosen_and_deleted(brought, visit, runs, tmp_path):
    photos = album(brought).photos
    images = np.stack([photo.image for photo in photos])
    people, files = [photo.person for photo in photos], [photo.file for photo in photos]
    done = own_photos.keep_photos(
        str(tmp_path / "job.json"), "our *class*", images, people, files, None, str(runs.parent / "faces")
    )
    assert done == "finished"
    faces = visit("faces", source=OWN_PHOTOS, path="our *class*")
    assert faces.selectbox(key="source").value == "photos"
    assert faces.selectbox(key="path").value == "our *class*"
    training = visit("training", source=OWN_PHOTOS, path="our *class*")
    assert training.selectbox(key="source").value == "photos"
    assert "Own photos" in training.button(key="train").help
    brought.run()
    brought.button(key="kept_delete_0").click().run()
    assert "Deleted: our \\*class\\* with 4 own photos" in brought.success[0].value.replace("\\:", ":")
    assert list_kept(runs.parent / "faces") == []


def test_a_deleted_set_takes_the_run_in_view_along_and_the_page_goes_on(brought, runs, tmp_path, monkeypatch):
    photos = album(brought).photos
    images = np.stack([photo.image for photo in photos])
    people, files = [photo.person for photo in photos], [photo.file for photo in photos]
    own_photos.keep_photos(str(tmp_path / "job.json"), "ours", images, people, files, None, str(runs.parent / "faces"))
    (in_view,) = (run for run in list_runs(runs))
    monkeypatch.setattr(own_photos, "_learned_from", lambda run, kept: run.id == in_view.id)
    brought.query_params["run"] = in_view.id
    brought.run()
    opened = []
    monkeypatch.setattr(session, "open_engine", lambda data: opened.append(data))
    brought.button(key="kept_delete_0").click().run()
    assert not brought.exception
    assert not opened, "the engine was forgotten with the pictures"
    assert not brought.warning
    assert "run" not in brought.query_params
    assert "Deleted: ours" in brought.success[0].value.replace("\\:", ":")
    brought.run()
    assert "Deleted: ours" in brought.success[0].value.replace("\\:", ":")  # also when something else runs the page


def test_a_folder_is_read_where_it_is_allowed(visit, tmp_path, monkeypatch):
    (tmp_path / "mine" / "Ann").mkdir(parents=True)
    (tmp_path / "mine" / "Ann" / "1.png").write_bytes(drawn())
    app = visit("photos")
    app.segmented_control(key="photos_way").set_value("A folder on this machine").run()
    app.text_input(key="photos_folder").set_value(str(tmp_path / "mine")).run()
    app.button(key="photos_read").click().run()
    assert [photo.person for photo in album(app).photos] == ["Ann"]
    app.text_input(key="photos_folder").set_value(str(tmp_path / "nobody")).run()
    app.button(key="photos_read").click().run()
    assert "There is no folder" in app.error[0].value
    monkeypatch.setenv("FACENET_CLASS", "1")
    app = visit("photos")
    assert "A folder on this machine" not in app.segmented_control(key="photos_way").options
    assert "folder" not in visit("faces", source="folder").query_params.get("source", [""])
