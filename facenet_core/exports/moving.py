"""Films as files: GIF, animated WebP, and MP4 where ffmpeg is."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from facenet_core.exports.drawing import Painter
from facenet_core.exports.film import FRAME_MS, Film, Moment, count_moments, moments

COLOURS = 128  # of a GIF: flat dots need few, and every halving saves a tenth
COLOURS_OF_FACES = 256
WEBP_QUALITY = 70
NO_FFMPEG = (
    "An MP4 needs the program ffmpeg, which is not on this machine: install it (ffmpeg.org, or apt install ffmpeg, "
    "brew install ffmpeg, winget install ffmpeg), or choose webp or gif"
)

Report = Callable[[int, int, str], None]  # done, total, what: (12, 91, "pictures drawn")


def gif(painter: Painter, film: Film, report: Report) -> bytes:
    """Return an endless GIF; all its pictures share one palette, so that colours don't flicker."""
    palette = _palette(painter, film)

    def drawn() -> Iterator[Image.Image]:
        for _, picture in _pictures(painter, film, report):
            yield picture.quantize(palette=palette, dither=Image.Dither.NONE)

    return _animated(drawn(), film, "GIF", optimize=False)


def webp(painter: Painter, film: Film, report: Report) -> bytes:
    """Return an endless animated WebP."""
    pictures = (picture for _, picture in _pictures(painter, film, report))
    return _animated(pictures, film, "WEBP", quality=WEBP_QUALITY, method=2)


def mp4(painter: Painter, film: Film, report: Report) -> bytes:
    """Return an MP4 that every browser and slide program plays.

    Raises:
        ValueError: There is no ffmpeg here, or it cannot write MP4.
    """
    program = find_ffmpeg()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "film.mp4"
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                [program, *ffmpeg_arguments(painter.size, out)], stdin=subprocess.PIPE, stdout=said, stderr=said
            )
            try:
                _feed(process, painter, film, report)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            said.seek(0)
            words = said.read().decode(errors="replace").strip().splitlines()
        if process.returncode != 0 or not out.is_file():
            why = words[-1] if words else f"it ended with {process.returncode}"
            raise ValueError(f"ffmpeg could not make the film ({why}): update it, or choose webp or gif")
        return out.read_bytes()


def find_ffmpeg() -> str:
    """Return where ffmpeg is; raise ValueError where it is not."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise ValueError(NO_FFMPEG)
    return program


def ffmpeg_arguments(size: int, out: Path) -> list[str]:
    """Return what ffmpeg is told: raw pictures come in, a film that starts at once when it is streamed goes out.

    The encoder is left to ffmpeg: for MP4 it takes H.264 where it has it. 4:2:0 with even sides plays everywhere.
    """
    rate = f"1000/{FRAME_MS}"
    even = "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white"
    heard = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", f"{size}x{size}", "-framerate", rate, "-i", "-"]
    written = ["-an", "-vf", even, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", str(out)]
    return ["-y", "-loglevel", "error", *heard, *written]


def _feed(process: "subprocess.Popen[bytes]", painter: Painter, film: Film, report: Report) -> None:
    if process.stdin is None:
        raise RuntimeError("ffmpeg was started without an input")
    try:
        for moment, picture in _pictures(painter, film, report):
            raw = picture.tobytes()
            for _ in range(max(1, round(moment.milliseconds / FRAME_MS))):
                process.stdin.write(raw)
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has ended, and says why
    process.wait()


def _pictures(painter: Painter, film: Film, report: Report) -> Iterator[tuple[Moment, Image.Image]]:
    total = count_moments(film)
    for number, moment in enumerate(moments(film), start=1):
        yield moment, painter.draw(moment)
        report(number, total, "pictures drawn")


def _palette(painter: Painter, film: Film) -> Image.Image:
    """Return an image whose palette suits the first, the middle and the last epoch."""
    held = [moment for moment in moments(film) if moment.milliseconds > FRAME_MS]
    chosen = [painter.draw(held[place]) for place in sorted({0, len(held) // 2, len(held) - 1})]
    sheet = Image.new("RGB", (painter.size, painter.size * len(chosen)))
    for number, picture in enumerate(chosen):
        sheet.paste(picture, (0, number * painter.size))
    colours = COLOURS_OF_FACES if painter.faces else COLOURS
    return sheet.quantize(colors=colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _animated(pictures: Iterator[Image.Image], film: Film, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    durations = [moment.milliseconds for moment in moments(film)]
    first = next(pictures)
    first.save(file, kind, save_all=True, append_images=pictures, duration=durations, loop=0, **options)
    return file.getvalue()
