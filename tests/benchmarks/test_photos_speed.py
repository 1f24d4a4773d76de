"""100 photos of 12 megapixels as a ZIP -> crops to review: time, memory of the worker, memory of the server."""

import io
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from facenet_core.faces.photos import Reading, Upload, collect
from facenet_core.faces.photos.album import Album

PHOTOS = 100
SECONDS_A_PHOTO, WORKER_MEGABYTES, SERVER_MEGABYTES = 0.25, 400, 60


def zip_of_photos() -> bytes:
    face = Image.fromarray(pytest.importorskip("skimage.data").astronaut()).resize((3000, 3000))
    noise = np.random.default_rng(0)
    photos = []
    for number in range(4):
        photo = Image.new("RGB", (4000, 3000), (110, 120, 130))
        photo.paste(face, (number * 300, 0))
        grain = noise.integers(0, 14, (3000, 4000, 1), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(np.asarray(photo) // 15 * 14 + grain).save(file, "JPEG", quality=90)
        photos.append(file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(PHOTOS):
            archive.writestr(f"person {number % 10}/{number}.jpg", photos[number % 4])
    return file.getvalue()


def peak_megabytes() -> float:
    """Read the process's own peak; getrusage would count what its parent held when it was started."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


def test_a_zip_of_large_photos(benchmark):
    upload = zip_of_photos()
    here, album = psutil.Process(), Album()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as worker:
        worker.submit(peak_megabytes).result()
        before, most = here.memory_info().rss, 0

        def read() -> None:
            nonlocal most
            reading = Reading(collect([Upload("photos.zip", io.BytesIO(upload))]), worker.submit)
            while reading.moving:
                for seen in reading.push():
                    album.add(seen)
                most = max(most, here.memory_info().rss)
                time.sleep(0.02)

        began = time.perf_counter()
        benchmark.pedantic(read, rounds=1)
        seconds = time.perf_counter() - began
        peak = worker.submit(peak_megabytes).result()
    grown = (most - before) / 1e6
    found = sum(bool(photo.look.faces) for photo in album.photos)
    print(f"{len(upload) / 1e6:.0f} MB, {seconds / PHOTOS:.3f} s a photo, worker {peak:.0f} MB, server +{grown:.0f} MB")
    print(f"faces in {found} of {len(album)}")
    assert len(album) == PHOTOS
    assert seconds / PHOTOS <= SECONDS_A_PHOTO
    assert peak <= WORKER_MEGABYTES
    assert grown <= SERVER_MEGABYTES
