"""Every page opens at once, at desktop width and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LABORATORIES

LESSONS = [
    "Start",
    "Faces",
    "Triplets",
    "Training",
    "Epochs",
    "Network",
    "Verification",
    "Recognition",
    "Clustering",
    "Comparison",
]
WIDTHS = {"desktop": 1400, "phone": 420}


@pytest.mark.parametrize("lesson", [*LESSONS, *LABORATORIES])
def test_a_page_opens_before_the_first_run(visit, lesson):
    visit.open("/")
    visit.go(lesson)
    for name, width in WIDTHS.items():
        visit.resize(width)
        expect(visit.page.locator("h1")).to_be_visible()
        visit.expect_no_sideways_scrolling()
        visit.shoot(f"empty-{LABORATORIES.get(lesson, lesson.lower())}-{name}")


def test_the_lessons_stand_in_order(visit):
    visit.open("/")
    expect(visit.links()).to_contain_text(LESSONS)


def test_a_run_that_is_not_there_gets_a_sentence(visit):
    visit.open("/?run=20200101-000000-nobody-0000")
    for lesson in [*LESSONS, *LABORATORIES]:
        visit.go(lesson)
        expect(visit.page.locator("h1")).to_be_visible()
