"""The report: whole, safe, and complete in one file."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from facenet_core.exports import ExportWish, export_bytes
from facenet_core.exports.content import read_content
from facenet_core.exports.film import read_film
from facenet_core.exports.report import NOWHERE, packed_positions
from facenet_core.exports.svg import Axis, Line, chart, ticks
from facenet_core.runs.records import EpochRecord
from tests.core.exports.conftest import silent

EVIL = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


def report(run, **wish) -> str:
    return export_bytes(run, ExportWish(format="html", **wish), silent).decode()


class Addresses(HTMLParser):
    """Collects what a browser would fetch, and the elements there are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.found += [value or "" for name, value in attributes if name in ("src", "href", "srcset", "data", "action")]


def parsed(page: str) -> Addresses:
    addresses = Addresses()
    addresses.feed(page)
    return addresses


def film(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="film">(.*?)</script>', page, re.S)[1])


def test_it_fetches_nothing(made):
    page = report(made())
    assert parsed(page).found == []
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page)
    assert "default-src 'none'" in page


def test_the_player_has_every_position_of_the_run(made):
    run = made()
    values = film(report(run))
    stored = read_film(read_content(run)).positions
    packed = np.frombuffer(base64.b64decode(values["positions"]), "<u2").reshape(stored.shape)
    assert np.allclose(packed / 65534, stored, atol=1e-5)
    assert values["epochs"] == [0, 1, 2, 3]
    assert values["person"] == run.tracked().person.tolist()
    assert values["words"][1] == f"epoch 1 of 3, loss {run.figures()[1]['loss']:.3f}"
    assert values["atlas"].startswith("data:image/webp;base64,")


def test_a_face_without_a_place_is_marked():
    packed = base64.b64decode(packed_positions(np.array([[[0, 1], [np.nan, np.nan]]])))
    assert np.frombuffer(packed, "<u2").tolist() == [0, 65534, NOWHERE, NOWHERE]


@pytest.mark.parametrize("name", [EVIL, "顔" * 100, "x" * 200, "‮evil"])
def test_names_stay_text(made, name):
    run = made(name=name, names=[name])
    run.write_record(replace(run.record(), notes=(name,)))
    page = report(run)
    assert parsed(page).tags.count("script") == 2
    assert "img" not in parsed(page).tags
    assert "alert(1)</script>" not in page
    inside = page.partition('id="film">')[2].partition("</script>")[0]
    assert json.loads(inside)["names"][0] == " ".join(name.replace("\u202e", " ").split())
    assert not set("<>&") & set(inside)


def test_charts_are_well_formed_and_say_what_they_show(made):
    charts = re.findall(r"<svg.*?</svg>", report(made()), re.S)
    assert len(charts) == 5
    for drawn in charts:
        assert len(ElementTree.fromstring(drawn).attrib["aria-label"]) > 20


def test_the_figures_are_those_of_the_run(made):
    run = made()
    last = run.figures()[-1]["unseen"]
    page = report(run)
    assert f"{last['accuracy']:.3f}" in page
    run.write_verification(
        {"unseen": {**last, "accuracy": 0.777, "threshold": 1.234, "intervals": {"accuracy": [0.701, 0.822]}}}
    )
    page = report(run)
    assert "0.777 (0.701 to 0.822)" in page
    assert "at most 1.23 apart" in page


def test_own_photographs_and_paths_stay_here(made):
    run = made(source="folder")
    page = report(run)
    assert film(page)["atlas"] is None
    assert "left out" in page
    assert "/home/somebody" not in page
    assert film(report(run, with_photos=True))["atlas"] is not None


@pytest.mark.parametrize(
    "change", [{"epochs_done": 0}, {"maps": ()}, {"people": 1}, {"people": 2, "each": 2, "unseen": False}]
)
def test_runs_with_little_in_them_are_told(made, change):
    assert "</html>" in report(made(**change))


def test_a_failed_run_says_why(made):
    page = report(made(state="failed", epochs_done=1, message="The loss is <not> a number."))
    assert "The loss is &lt;not&gt; a number." in page


def test_embeddings_that_are_no_numbers(made):
    run = made(maps=())
    embeddings = np.full_like(run.epoch(3).embeddings, np.nan)
    run.write_epoch(EpochRecord(epoch=3, embeddings=embeddings, figures={"epoch": 3, "loss": None}))
    assert "24 faces have no place" in report(run)


@pytest.mark.parametrize("ends", [(0, 15), (0, 1), (0.4, 1), (0, 0.003), (0, 12345)])
def test_ticks_are_few_and_within(ends):
    found = ticks(*ends)
    assert 2 <= len(found) <= 6
    assert ends[0] <= found[0]
    assert found[-1] <= ends[1] + 1e-9


def test_a_line_is_interrupted_where_it_is_no_number():
    line = Line(name="a<b", x=[0, 1, 2, 3], y=[0, None, float("nan"), 1], colour="#000000")
    drawn = chart("t", [line], Axis(label="x", low=0, high=3), Axis(label="y", low=0, high=1), alt="a")
    assert drawn.count("<circle") == 2
    assert "a&lt;b" in drawn
