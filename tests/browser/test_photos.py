"""Own photos in a real browser: brought, framed, named, kept and deleted. The faces are drawn."""

import io
import re
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from skimage import data

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces.photos import list_kept
from facenet_core.faces.synthetic import draw_face
from facenet_core.runs.engine.inline import InlineEngine
from tests.browser.conftest import watched_tab

WORKERS_COME_WITHIN = 120_000  # milliseconds


def drawn_class() -> bytes:
    """A ZIP with two drawn people, and what is no photo."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for person, name in enumerate(("Ann Lee", "李小龙")):
            for number in range(2):
                image = io.BytesIO()
                Image.fromarray(draw_face(person, number)).resize((220, 220)).save(image, "PNG")
                archive.writestr(f"class/{name}/{number}.png", image.getvalue())
        archive.writestr("../out.png", b"x")
        archive.writestr("class/notes.txt", b"no picture")
    return file.getvalue()


def astronaut() -> bytes:
    file = io.BytesIO()
    Image.fromarray(data.astronaut()).save(file, "JPEG")
    return file.getvalue()


def drawn_camera(path):
    """Write a second of video, uncompressed, that shows one drawn face."""
    picture = Image.new("RGB", (640, 480), (90, 110, 120))
    picture.paste(Image.fromarray(draw_face(3, 1)).resize((360, 360)), (140, 60))
    light, blue, red = picture.convert("YCbCr").split()
    planes = [light, blue.resize((320, 240)), red.resize((320, 240))]
    frame = b"FRAME\n" + b"".join(np.asarray(plane).tobytes() for plane in planes)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 10 * frame)


@pytest.fixture
def visit_with_camera(chromium, server, tmp_path):
    """A tab of a browser whose camera shows a drawn face."""
    video = tmp_path / "face.y4m"
    drawn_camera(video)
    flags = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*flags, f"--use-file-for-fake-video-capture={video}"]
        )
        with watched_tab(browser, server) as visit:
            yield visit
        browser.close()


def test_a_photo_from_the_camera_is_framed_and_named(visit_with_camera):
    visit, page = visit_with_camera, visit_with_camera.page
    visit.open("/photos")
    page.get_by_text("Camera", exact=True).click()
    shutter = page.get_by_test_id("stCameraInputButton")
    expect(shutter).to_be_enabled(timeout=30_000)
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    shutter.click()
    wall = visit.widget("own_photos").locator(".row")
    expect(wall).to_have_count(1, timeout=WORKERS_COME_WITHIN)
    visit.settle()
    visit.shoot("photos-camera")
    wall.first.click()
    expect(page.get_by_text("camera 1.jpg").first).to_be_visible()
    expect(visit.widget("own_frame").locator(".lab-frame")).to_be_visible()


def test_without_a_camera_the_page_says_what_to_do(visit):
    visit.open("/photos")
    visit.page.get_by_text("Camera", exact=True).click()
    expect(visit.page.get_by_text("the browser was not allowed to use it")).to_be_visible()
    visit.settle()
    visit.shoot("photos-no-camera")


@pytest.mark.slow
def test_own_photos_from_upload_to_deletion(visit, server, tmp_path):
    train_a_little(server, tmp_path)
    visit.open("/photos")
    visit.shoot("photos-1-empty")
    bring(visit)
    drag_the_frame(visit)
    name(visit)
    probe(visit)
    keep(visit, server)
    delete_all(visit)


def train_a_little(server, folder):
    """Put a trained run into the server's data, whose engine is the only one that may write there."""
    small = FacesConfig(people=4, images=4)
    run_id = InlineEngine(folder).train(TrainingConfig(faces=small, people_per_batch=4, epochs=1, device="cpu"))
    shutil.copytree(folder / "runs" / run_id, server.data / "runs" / run_id)


def bring(visit):
    files = [
        {"name": "class.zip", "mimeType": "application/zip", "buffer": drawn_class()},
        {"name": "astronaut.jpg", "mimeType": "image/jpeg", "buffer": astronaut()},
    ]
    visit.page.locator("input[type=file]").first.set_input_files(files)
    wall = visit.widget("own_photos").locator(".row")
    expect(wall).to_have_count(5, timeout=WORKERS_COME_WITHIN)
    refused = visit.page.get_by_test_id("stExpander").filter(has_text="cannot be used")
    expect(refused).to_contain_text("leads out of the ZIP")
    expect(refused).to_contain_text("notes.txt")
    expect(wall.nth(2)).to_contain_text("李小龙")
    visit.settle()
    visit.shoot("photos-2-wall")


def drag_the_frame(visit):
    visit.widget("own_photos").locator(".row").nth(4).click()
    expect(visit.page.get_by_text("astronaut.jpg").first).to_be_visible()
    frame = visit.widget("own_frame").locator(".lab-frame")
    expect(frame.locator("img")).to_have_attribute("alt", "The photo astronaut.jpg with the frame of the face.")
    before = float(frame.get_attribute("data-x"))
    assert abs(before - 222) < 40  # the face was found where it is
    box = frame.locator(".square").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 40, y + 10, steps=4)
    visit.page.mouse.up()
    visit.settle()
    assert float(frame.get_attribute("data-x")) > before + 20


def name(visit):
    field = visit.page.get_by_label("Whose face is it?")
    field.fill("Eileen")
    field.press("Enter")
    expect(visit.widget("own_photos").locator(".row").nth(4)).to_contain_text("Eileen")
    visit.settle()
    for width in (1400, 420):
        visit.resize(width, 1700)
        visit.expect_no_sideways_scrolling()
        visit.shoot(f"photos-3-named-{width}")
    visit.resize(1400)


def probe(visit):
    visit.press("photos_probe")
    rows = visit.widget("probed").locator(".row")
    expect(rows).to_have_count(5, timeout=WORKERS_COME_WITHIN)
    expect(rows.nth(4)).to_contain_text(re.compile(r"Eileen → .+"))
    expect(rows.nth(4)).to_contain_text(re.compile(r"nearest: .+ \d\.\d\d+"))
    visit.settle()
    for width in (1400, 420):
        visit.resize(width, 2400)
        visit.expect_no_sideways_scrolling()
        visit.shoot(f"photos-4-probed-{width}")
    visit.resize(1400)


def keep(visit, server):
    field = visit.page.get_by_label("Name of the set")
    field.fill("our class")
    field.press("Enter")
    visit.page.get_by_text("Keep for this class").click()
    button = visit.widget("keep").get_by_role("button")
    expect(button).to_be_enabled()
    button.click()
    expect(visit.page.get_by_text("The set is kept")).to_be_visible(timeout=WORKERS_COME_WITHIN)
    (kept,) = list_kept(server.data / "faces")
    assert (server.data / "faces" / kept.fingerprint).is_dir()
    visit.widget("kept_delete_0_ask").get_by_role("button").click()
    visit.page.get_by_role("button", name="Delete for good").click()
    expect(visit.page.get_by_text("Deleted: our class with 5 own photos")).to_be_visible()
    assert list_kept(server.data / "faces") == []
    assert not (server.data / "faces" / kept.fingerprint).exists()


def delete_all(visit):
    visit.press("try_clear")
    expect(visit.page.get_by_text("Your photos appear here")).to_be_visible()
    expect(visit.widget("probed")).to_have_count(0)
    visit.shoot("photos-5-deleted")
