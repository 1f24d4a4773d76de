"""A stored atlas without a training: made runs over several margins."""

from pathlib import Path
from typing import Any

from facenet_core.runs.studies.atlas import Atlas, atlases_folder, write_atlas
from tests.pages.made_run import make_run

MARGINS = (0.1, 0.2, 0.4)


def make_atlas(data: Path, margins: tuple[float, ...] = MARGINS, **run: Any) -> Atlas:
    """Make a run for each margin, and the atlas of them; ``run`` is what ``make_run`` takes."""
    made = [make_run(data / "runs", margin=margin, **run) for margin in margins]
    atlas = Atlas(
        id="20261124-101500-margin-ab12",
        created=0.0,
        varied="margin",
        values=margins,
        runs=tuple(one.id for one in made),
    )
    write_atlas(atlases_folder(data), atlas)
    return atlas
