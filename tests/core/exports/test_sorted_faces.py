"""Photos sorted into folders to take home: safe names, nothing overwritten, nothing hidden in them."""

import csv
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from facenet_core.exports.sorted_faces import folder_names, jpeg_bytes, safe_name, sorted_csv, sorted_zip


def picture(tone):
    return jpeg_bytes(np.full((20, 20, 3), tone, np.uint8))


def test_the_largest_group_is_person_one():
    assert folder_names([5, 2, 2, -1]) == ["person 2", "person 1", "person 1", "alone"]
    assert folder_names(list(range(12)))[:2] == ["person 01", "person 02"]
    assert folder_names([]) == []


def test_a_zip_has_a_folder_for_each_person():
    made = sorted_zip([0, 0, 1, -1], [picture(tone) for tone in (0, 80, 160, 240)], ["a.png", "b/A.PNG", "c.jpg", "d"])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["person 1/a.jpg", "person 1/A 2.jpg", "person 2/c.jpg", "alone/d.jpg"]
        with Image.open(archive.open("person 2/c.jpg")) as image:
            assert not image.getexif()
            assert abs(int(np.asarray(image)[0, 0, 0]) - 160) < 3
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\photos\\Ann.jpg", "Ann.jpg"),
        ("a:b*c?.png", "a b c.jpg"),
        ("..", "photo.jpg"),
        ("", "photo.jpg"),
        ("李 小龙.jpeg", "李 小龙.jpg"),
    ],
)
def test_names_lead_out_of_no_folder(file, name):
    assert safe_name(file) == name


def test_a_table_is_sorted_by_group_and_holds_no_formula():
    rows = list(csv.reader(io.StringIO(sorted_csv([1, -1, 0, 1], ["b", "=1+1", "c", "a"], ["x"] * 4).decode())))
    assert rows[0] == ["group", "file", "person"]
    assert [row[:2] for row in rows[1:]] == [
        ["person 1", "a"],
        ["person 1", "b"],
        ["person 2", "c"],
        ["alone", "'=1+1"],
    ]


def test_what_does_not_belong_together_is_said():
    with pytest.raises(ValueError, match="one label, one picture and one name"):
        sorted_zip([0, 1], [picture(0)], ["a"])
