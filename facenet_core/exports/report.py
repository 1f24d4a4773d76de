"""One HTML file that tells a run: everything in it, nothing fetched, every text of others escaped."""

import base64
import io
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.exports.content import GROUP_WORDS, RunContent, epoch_words, one_line
from facenet_core.exports.film import Film
from facenet_core.exports.report_figures import figures, rates_of_groups, share
from facenet_core.exports.sheet import sheet
from facenet_core.exports.svg import escaped
from facenet_core.runs.records import GROUPS
from facenet_core.runs.run_collapse import final_figures_of

HERE = Path(__file__).parent
COLUMNS = 32
NOWHERE = 65_535
MAP_WORDS = {
    "umap-2d": "UMAP: neighbours stay neighbours. Sizes of clusters and distances between far ones mean nothing.",
    "pca-2d": "Principal components of the last epoch: one straight look for all epochs; much lies behind it.",
}
# The browser itself refuses to fetch anything for this page.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
{opening}
<h2>From epoch to epoch</h2>
{player}
<h2>Figures</h2>
<div class="charts">{charts}</div>
<h2>How well it tells people apart</h2>
{verification}
<h2>What a threshold costs</h2>
{threshold}
<h2>What it was trained on</h2>
{trained_on}
<h2>Settings</h2>
{settings}
<script type="application/json" id="film">{film}</script>
<script>
{script}
</script>
</body>
</html>
"""

PLAYER = """<div class="box" id="player">
<p id="moment">{words}</p>
<canvas id="map" role="img" aria-label="{alt}"></canvas>
<div id="card" hidden><canvas width="96" height="96"></canvas><span></span></div>
<div id="bar">
<button id="play" type="button">Play</button>
<input id="epoch" type="range" min="0" value="{last}" step="1" aria-label="Epoch">
<label>Speed <select id="speed"><option value="0.5">half</option><option value="1" selected>normal</option>
<option value="2">double</option><option value="4">four times</option></select></label>
<label><input id="loop" type="checkbox"> again and again</label>
<label><input id="faces" type="checkbox" checked> faces</label>
</div>
<p class="quiet">{about}</p>
<noscript><p class="problem">The player needs JavaScript; the figures below do not.</p></noscript>
</div>"""


def report_html(content: RunContent, film: Film) -> bytes:
    """Return the report of a run.

    Args:
        content: The run; without thumbnails, faces are dots.
        film: Its maps.
    """
    threshold = chosen_threshold(content)
    return PAGE.format(
        policy=POLICY,
        title=escaped(content.title),
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        opening=_opening(content),
        player=_player(content, film),
        charts="".join(f"<figure>{drawn}</figure>" for drawn in figures(content, threshold and threshold[0])),
        verification=_verification(content),
        threshold=_threshold(content, threshold),
        trained_on=_trained_on(content),
        settings=_settings(content),
        film=film_json(content, film),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
    ).encode()


def chosen_threshold(content: RunContent) -> tuple[float, str] | None:
    """Return the best threshold and whose pairs it was chosen on: unseen people where there are some."""
    final = _final_figures(content)
    for group in ("unseen", "held-out", "seen"):
        value = (final.get(group.replace("-", "_")) or {}).get("threshold")
        if value is not None:
            return float(value), GROUP_WORDS[group]
    return None


def film_json(content: RunContent, film: Film) -> str:
    """Return what the player plays, safe to stand inside a ``script`` element."""
    faces = content.tracked
    values = {
        "epochs": film.epochs,
        "words": [epoch_words(e, film.epochs[-1], loss) for e, loss in zip(film.epochs, film.losses, strict=True)],
        "positions": packed_positions(film.positions),
        "person": faces.person.tolist(),
        "group": faces.group.tolist(),
        "names": [one_line(name) for name in faces.names],
        "groups": ["seen", "held-out image", "unseen person"],
        "colours": content.colours,
        "atlas": _atlas(content.thumbnails),
        "columns": COLUMNS,
        "side": 1 if content.thumbnails is None else int(content.thumbnails.shape[1]),
    }
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def packed_positions(positions: np.ndarray) -> str:
    """Return (F, T, 2) positions in 0..1 as base64 of little-endian uint16; no place is ``NOWHERE``."""
    known = np.isfinite(positions)
    steps = np.where(known, np.clip(np.nan_to_num(positions), 0, 1) * (NOWHERE - 1), NOWHERE)
    return base64.b64encode(steps.round().astype("<u2").tobytes()).decode()


def _atlas(thumbnails: np.ndarray | None) -> str | None:
    if thumbnails is None:
        return None
    file, rows = io.BytesIO(), -(-len(thumbnails) // COLUMNS)
    whole = sheet(thumbnails, columns=COLUMNS, rows=rows, side=thumbnails.shape[1])
    whole.save(file, "WEBP", quality=80, method=2)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def _opening(content: RunContent) -> str:
    status = content.status
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(content.record.created))
    words = f"Run {content.folder.id}, begun {when}, {status.state} after epoch {content.epochs[-1]}."
    problem = f'<p class="problem">{escaped(status.message)}</p>' if status.state == "failed" else ""
    return f'<p class="quiet">{escaped(words)}</p>{problem}'


def _player(content: RunContent, film: Film) -> str:
    count, people = len(content.tracked), len(content.tracked.names)
    about = [MAP_WORDS[film.method], "Colour is the person; point at a face to see who it is and its person's others."]
    about.append("Dots are seen people, rings held-out images, diamonds unseen people.")
    if content.withheld:
        about.append("The photographs are somebody's own and were left out.")
    if len(film.epochs) < len(content.epochs):
        about.append(f"{len(film.epochs)} of {len(content.epochs)} epochs are shown.")
    nowhere = int((~np.isfinite(film.positions[-1]).all(axis=1)).sum())
    if nowhere:
        about.append(f"{nowhere:,} faces have no place at the last epoch: their embeddings are not numbers.")
    return PLAYER.format(
        words=escaped(epoch_words(film.epochs[-1], film.epochs[-1], film.losses[-1])),
        alt=escaped(f"Map of {count:,} faces of {people:,} people, a point or a picture for every face."),
        last=len(film.epochs) - 1,
        about=escaped(" ".join(about)),
    )


def _final_figures(content: RunContent) -> dict[str, Any]:
    """Return the figures over whole groups, taken when training finished; else those of the last epoch."""
    return final_figures_of(content.folder, content.collapse) or dict(content.figures[-1])


def _verification(content: RunContent) -> str:
    if content.collapse.now:
        return f"<p>{escaped(content.collapse.words)}</p>"
    final, rows = _final_figures(content), []
    for group in reversed(GROUPS):
        found = final.get(group.replace("-", "_"))
        if found:
            cells = [_with_interval(found, name) for name in ("accuracy", "auc", "eer")]
            pictures = f"{found['images']:,}" if found.get("images") else "-"
            rows.append([GROUP_WORDS[group], *cells, f"{found['pairs']:,}", pictures])
    if not rows:
        return "<p>There are too few faces to measure it.</p>"
    head = ["", "right answers", "area under the curve", "equal error rate", "pairs", "of pictures"]
    has_intervals = any((final.get(group.replace("-", "_")) or {}).get("intervals") for group in GROUPS)
    about = (
        "Same and different pairs weigh alike; guessing gives 0.50. The threshold comes from other people each time."
    )
    interval = " In brackets: 95 of 100 draws of people like these give a figure within." if has_intervals else ""
    return f'{_table(head, rows)}<p class="quiet">{escaped(about + interval + _without_interval(final))}</p>'


def _without_interval(final: dict[str, Any]) -> str:
    """Return why a group's right answers stand without brackets, and what would give them; empty where all have."""
    words = []
    for group in reversed(GROUPS):
        found = final.get(group.replace("-", "_")) or {}
        known = found.get("accuracy") is not None and found.get("people") and "intervals" in found
        if known and "accuracy" not in (found["intervals"] or {}):
            words.append(f" {GROUP_WORDS[group].capitalize()}: {no_interval_words(found['people'])}")
    return "".join(words)


def _with_interval(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is None:
        return "not measurable"
    ends = (found.get("intervals") or {}).get(name)
    return f"{value:.3f}" + (f" ({ends[0]:.3f} to {ends[1]:.3f})" if ends else "")


def _threshold(content: RunContent, threshold: tuple[float, str] | None) -> str:
    if content.collapse.now:
        return "<p>Faces on one point have no threshold.</p>"
    if threshold is None:
        return "<p>There are not enough pairs to choose a threshold.</p>"
    value, group = threshold
    rows = []
    for found in rates_of_groups(content, value):
        rates = found.rates
        accepts = share(rates.false_accepts, rates.false_accepts + rates.true_rejects)
        rejects = share(rates.false_rejects, rates.false_rejects + rates.true_accepts)
        rows.append([found.group, accepts, rejects])
    words = f"Two faces at most {value:.2f} apart, in squared distance, count as one person: best for {group}."
    about = "Counted on the tracked faces at the last epoch. The group that chose the threshold does a little too well."
    table = _table(["", "false accepts (different pairs)", "false rejects (same pairs)"], rows)
    return f'<p>{escaped(words)}</p>{table}<p class="quiet">{escaped(about)}</p>'


def _trained_on(content: RunContent) -> str:
    record, faces = content.record, content.tracked
    counts = {group: int((faces.group == code).sum()) for code, group in enumerate(GROUPS)}
    tracked = ", ".join(_followed(content, group, count) for group, count in counts.items() if count)
    rows = [
        ["source", record.config.faces.source],
        ["people trained on", _number(record.people)],
        ["images of them", _number(record.images)],
        ["faces followed through the epochs", tracked],
        ["fingerprint of the faces", record.fingerprint or "-"],
    ]
    notes = "".join(f"<li>{escaped(note)}</li>" for note in record.notes)
    return _table([], rows) + (f"<ul>{notes}</ul>" if notes else "")


def _followed(content: RunContent, group: str, count: int) -> str:
    """Return how many faces of a group are followed, and of how many."""
    measured = (content.folder.verification() or {}).get(group.replace("-", "_")) or {}
    whole = content.record.images if group == "seen" else measured.get("images")
    what = {"seen": "training pictures of seen people", "unseen": "pictures of unseen people"}
    of = f" of {whole:,}" if whole is not None and whole > count else ""
    return f"{count:,}{of} {what.get(group, GROUP_WORDS[group])}"


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _settings(content: RunContent) -> str:
    record = content.record
    values = record.config.to_json()
    faces = values.pop("faces")
    faces.pop("path")  # where it lies on this computer is nobody else's business
    listed = faces.pop("people_list")
    faces["people_list"] = None if listed is None else f"{len(listed):,} people named"
    rows = [[name.replace("_", " "), _setting(value)] for name, value in values.items()]
    rows += [[f"faces: {name.replace('_', ' ')}", _setting(value)] for name, value in faces.items()]
    rows += [["trained on", " ".join(filter(None, (record.device, record.precision))) or "-"]]
    rows += [
        ["changed in mid-run", one_line(json.dumps(change, ensure_ascii=False))] for change in content.folder.changes()
    ]
    rows += [["version of " + name, version] for name, version in record.versions.items()]
    return _table([], rows)


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_setting(inner)}" for name, inner in value.items()) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = f"<tr>{''.join(f'<th>{escaped(cell)}</th>' for cell in head)}</tr>" if head else ""
    body = "".join(
        f"<tr><th>{escaped(row[0])}</th>{''.join(f'<td>{escaped(cell)}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    return f'<div class="scroll"><table>{top}{body}</table></div>'
