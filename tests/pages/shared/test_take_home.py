"""A run to take home, from the page: what is offered, what a worker is asked for, what is handed out."""

import pytest

from facenet_core.exports import FORMATS, ExportWish
from pages.shared.parts import take_home
from tests.pages.made_run import make_run
from tests.pages.still_engine import job


@pytest.fixture
def opened(visit, monkeypatch):
    """Open a page with the part unfolded."""

    def open_page(run, page="epochs", **state):
        app = visit("start")
        app.session_state["take_home"] = True
        for name, value in state.items():
            app.session_state[name] = value
        app.query_params["run"] = run.id
        return app.switch_page(f"pages/{page}/page.py").run()

    return open_page


def said(app) -> str:
    return "\n".join(str(part.value) for part in [*app.caption, *app.info, *app.error, *app.code])


@pytest.mark.parametrize("page", ["epochs", "verification"])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_what_it_is_good_for(opened, runs, page, kind):
    run = make_run(runs, people=6, each=4, epochs_done=2)
    app = opened(run, page, take_home_format=kind)
    assert not app.exception
    assert FORMATS[kind].about in said(app)


def test_a_worker_is_asked_and_the_file_handed_out(opened, runs, engine):
    run = make_run(runs, people=6, each=4, epochs_done=2)
    app = opened(run)
    app.button(key="take_home_make").click().run()
    assert ("job", ("export", "export_job")) in engine.asked
    app.button(key="take_home_cancel").click().run()
    assert ("cancel", "export-1") in engine.asked

    file = engine.data / "jobs" / "export-1.gif"
    file.parent.mkdir()
    file.write_bytes(b"GIF89a")
    engine.jobs["export-1"] = job("finished", result={"file": "export-1.gif", "bytes": 6})
    app.run()
    assert not app.exception
    (save,) = app.get("download_button")
    assert f"Save {run.id}.gif" in save.proto.label
    file.unlink()
    app.run()
    assert "make it again" in said(app)


def test_what_went_wrong_is_said_letter_by_letter(opened, runs, engine):
    run = make_run(runs, people=6, each=4, epochs_done=2)
    app = opened(run)
    app.button(key="take_home_make").click().run()
    engine.jobs["export-1"] = job("failed", message="The disk is *full*.")
    app.run()
    assert app.error[0].value == r"The disk is \*full\*\."


def test_mp4_without_ffmpeg_says_how_to_get_it(opened, runs, monkeypatch):
    monkeypatch.setattr(take_home.shutil, "which", lambda name: None)
    app = opened(make_run(runs, people=6, each=4, epochs_done=2), take_home_format="mp4")
    assert "ffmpeg" in app.info[-1].value
    assert "take_home_make" not in [button.key for button in app.button]


def test_own_photographs_are_asked_about(opened, runs, monkeypatch):
    monkeypatch.setattr(take_home, "PUBLIC_SOURCES", ())
    app = opened(make_run(runs, people=6, each=4, epochs_done=2), take_home_format="html")
    assert not app.checkbox(key="take_home_photos").value
    assert "--with-photos" not in app.code[-1].value
    app.checkbox(key="take_home_photos").check().run()
    assert "--with-photos" in app.code[-1].value


def test_the_command_makes_the_same_file(runs):
    run = make_run(runs, people=6, each=4, epochs_done=2)
    gif = take_home.command(run, ExportWish(format="gif", map="pca-2d", size=400, faces=True))
    assert gif == (
        f"python -m facenet_core export {run.id} --format gif --map pca-2d --size 400 --faces --out {run.id}.gif"
    )
    table = take_home.command(run, ExportWish(format="csv", table="steps"))
    assert table.endswith(f"--table steps --out {run.id}-steps.csv")


def test_a_jobs_file_is_one_of_the_jobs(engine):
    found = take_home._file(job("finished", result={"file": "../../etc/passwd"}))
    assert found.parent == engine.data / "jobs"
