import io

import numpy as np
from PIL import Image

from facenet_core.faces.photos.duplicates import copies_of
from facenet_core.faces.synthetic import draw_face


def faces() -> np.ndarray:
    return np.stack([draw_face(person, picture) for person in range(3) for picture in range(2)])


def saved_again(picture: np.ndarray, brighter: int = 0) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(np.clip(picture.astype(int) + brighter, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=80)
    return np.asarray(Image.open(file))


def test_a_picture_is_found_again_as_it_is_and_saved_anew():
    pictures = faces()
    pictures[3], pictures[5] = pictures[0], saved_again(pictures[2], brighter=6)
    assert copies_of(pictures, np.array([0, 2]), np.array([1, 3, 4, 5])).tolist() == [False, True, False, True]


def test_other_pictures_of_the_same_person_are_no_copies():
    assert not copies_of(faces(), np.array([0, 2, 4]), np.array([1, 3, 5])).any()


def test_plain_grounds_of_other_tones_are_no_copies():
    pictures = np.stack([np.full((48, 48, 3), tone, np.uint8) for tone in (40, 90, 200)])
    assert copies_of(pictures, np.array([0]), np.array([1, 2])).tolist() == [False, False]


def test_nothing_has_no_copies():
    none = np.zeros(0, np.int64)
    assert copies_of(faces(), none, np.array([1])).tolist() == [False]
    assert copies_of(faces(), np.array([1]), none).tolist() == []
