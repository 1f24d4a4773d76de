"""Whose face it is, by folders and by the names of files as sets are published."""

import pytest

from facenet_core.faces.folders.person_names import is_part_of_a_set, people_in_folders, people_in_names

JAFFE = [
    f"{person}.AN{number}.{10 * place + number}.tiff" for place, person in enumerate(("KA", "YM")) for number in (1, 2)
]


@pytest.mark.parametrize(
    ("files", "people"),
    [
        (["1-01.jpg", "1-02.jpg", "2-01.jpg", "2-02.jpg"], {"1", "2"}),
        (["subject01.happy", "subject01.sad", "subject02.gif", "subject02.sad"], {"subject01", "subject02"}),
        (
            ["subject01.happy.gif", "subject01.sad.gif", "subject02.sad.gif", "subject02.x.gif"],
            {"subject01", "subject02"},
        ),
        (["Ann_Lee_0001.jpg", "Ann_Lee_0002.jpg", "Ann_Ray_0001.jpg", "Ann_Ray_0002.jpg"], {"Ann_Lee", "Ann_Ray"}),
        (
            ["yaleB01_P00A+000E+00.pgm", "yaleB01_P00A+005E+10.pgm", "yaleB02_P00A+0.pgm", "yaleB02_P00.pgm"],
            {"yaleB01", "yaleB02"},
        ),
        (JAFFE, {"KA", "YM"}),
        (["ann1.jpg", "ann2.jpg", "bob1.jpg", "bob2.jpg"], {"ann", "bob"}),
        (["Ann (1).jpg", "Ann (2).jpg", "Bob (1).jpg", "Bob (2).jpg"], {"Ann", "Bob"}),
        (["s1/a_1.png", "s1/a_2.png", "s1/b_1.png", "s1/b_2.png"], {"a", "b"}),
        (["Jose\u0301_1.jpg", "Jos\u00e9_2.jpg", "Bob_1.jpg", "Bob_2.jpg"], {"Jos\u00e9", "Bob"}),
    ],
)
def test_names_as_sets_are_published(files: list[str], people: set[str]) -> None:
    assert set(people_in_names(files)) == people


@pytest.mark.parametrize(
    "files",
    [
        [],
        ["IMG_0001.jpg", "IMG_0002.jpg", "DSC_0001.jpg", "DSC_0002.jpg"],
        ["20240101_120000.jpg", "20240101_120001.jpg", "20240102_120000.jpg", "20240102_120001.jpg"],
        ["1.jpg", "2.jpg", "3.jpg"],
        ["ann.jpg", "bob.jpg", "cat.jpg"],
        ["Ann_1.jpg", "Ann_2.jpg"],
        ["WhatsApp Image 2024-01-01 at 12.00.01.jpg", "WhatsApp Image 2024-01-01 at 12.00.02.jpg"],
    ],
)
def test_names_that_say_nothing_name_nobody(files: list[str]) -> None:
    assert people_in_names(files) == [""] * len(files)


@pytest.mark.parametrize(
    ("paths", "people"),
    [
        (["class/Ann/1.jpg", "class/Bob/trip/1.jpg", "class/readme.txt"], ["Ann", "Bob", ""]),
        (["train/Ann/1.jpg", "test/Ann/2.jpg", "test\\Bob\\1.jpg"], ["Ann", "Ann", "Bob"]),
        (["Ann/2019/1.jpg", "Bob/1.jpg", "1.jpg"], ["Ann", "Bob", ""]),
        (["Ann/1.jpg"], ["Ann"]),
        (["1.jpg"], [""]),
        ([], []),
    ],
)
def test_folders_name_people(paths: list[str], people: list[str]) -> None:
    assert people_in_folders(paths) == people


def test_parts_of_a_set_are_no_people() -> None:
    assert all(map(is_part_of_a_set, ("train", "Test", "images", "fold_3", "test set", "DATA", "cropped faces")))
    assert not any(map(is_part_of_a_set, ("Ann", "Valerie", "Testa Rossa", "Data Lee", "s1")))


def test_a_loose_picture_or_one_that_leads_out_does_not_make_a_class_one_person() -> None:
    people = [f"class/{name}/{number}.png" for name in ("Ann", "李小龙") for number in range(3)]
    named = ["Ann"] * 3 + ["李小龙"] * 3
    assert people_in_folders([*people, "../out.png"])[:-1] == named
    assert people_in_folders([*people, "class/everybody.png"]) == [*named, ""]
    assert people_in_folders(["Ann/1.png", "Ann/2.png", "Ann/trip/3.png"]) == ["Ann"] * 3
