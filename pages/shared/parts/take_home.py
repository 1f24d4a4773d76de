"""A run to take home: choose a format, have a worker make the file, fetch it."""

import shutil
from pathlib import Path
from typing import Any

import streamlit as st

from facenet_core.exports import FORMATS, ExportWish, Format, export_job, wish_json
from facenet_core.exports.content import PUBLIC_SOURCES
from facenet_core.exports.film import FLAT_MAPS
from facenet_core.exports.moving import NO_FFMPEG
from facenet_core.exports.tables import TABLES
from facenet_core.runs.job_status import JobStatus
from facenet_core.runs.storage import RunFolder
from pages.shared.parts.map_player import METHODS
from pages.shared.runs.session import engine, readable, tell
from pages.shared.words import plain

TABLE_WORDS = {
    "embeddings": "the last epoch's embeddings of the faces followed",
    "measured": "all faces that the final figures were measured on",
    "figures": "every epoch's figures",
    "steps": "every step",
}
WITHOUT_MAP = ("projector", "csv", "parquet", "npz")
MOVING = ("queued", "running")


def take_home(run: RunFolder) -> None:
    """Offer the run as a film, a report, a table, or files for other programs."""
    with st.expander("Take home", icon=":material/download:", key="take_home", on_change="rerun") as opened:
        if opened.open:
            st.fragment(_offer)(run)


@readable
def _offer(run: RunFolder) -> None:
    chosen = st.segmented_control(
        "As",
        list(FORMATS),
        format_func=lambda name: FORMATS[name].label,
        default="gif",
        required=True,
        key="take_home_format",
    )
    st.caption(FORMATS[chosen].about)
    wish = _wish(run, chosen)
    if chosen == "mp4" and shutil.which("ffmpeg") is None:
        st.info(plain(NO_FFMPEG) + ".", icon=":material/movie:")
        return
    job_id = st.session_state.get(_key(run, wish))
    label = "Make it" if job_id is None else "Make it again"
    st.button(label, key="take_home_make", icon=":material/construction:", on_click=_make, args=(run, wish))
    if job_id is not None:
        job = tell(engine().job, job_id)
        state = job.state if job else "gone"
        st.fragment(_follow, run_every=0.5 if state in MOVING else None)(job_id, state, run, wish)
    st.caption("Every figure's own toolbar saves it as PNG or SVG. This file from a terminal:")
    st.code(command(run, wish), language="bash", wrap_lines=True)


def _wish(run: RunFolder, chosen: str) -> ExportWish:
    """Show the settings of a format, and return what is wished for."""
    format_, own = FORMATS[chosen], run.record().config.faces.source not in PUBLIC_SOURCES
    settings: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if chosen not in WITHOUT_MAP:
            settings["map"] = st.selectbox(
                "Map", FLAT_MAPS, format_func=METHODS.__getitem__, key="take_home_map", width=180
            )
        if format_.table:
            settings["table"] = st.selectbox(
                "Table", TABLES, format_func=TABLE_WORDS.__getitem__, key="take_home_table", width=320
            )
        if format_.pictures:
            settings["size"] = st.selectbox(
                "Size",
                (400, 600, 900),
                index=1,
                format_func=lambda side: f"{side} x {side}",
                key="take_home_size",
                width=160,
            )
        may_show = not own or (not format_.table and st.checkbox(_PHOTOS, key="take_home_photos", help=_PHOTOS_HELP))
        settings["with_photos"] = own and may_show
        if format_.pictures and may_show:
            settings["faces"] = st.checkbox("Faces instead of dots", key="take_home_faces", help=_FACES_HELP)
        elif format_.pictures:
            settings["faces"] = False
    return ExportWish(format=chosen, **settings)


_PHOTOS = "Take the photographs along"
_PHOTOS_HELP = "These are photographs of your own: without this, faces are dots, and nobody's picture leaves."
_FACES_HELP = "Thumbnails say more and make larger files; a GIF of many grows to several MB."


def _key(run: RunFolder, wish: ExportWish) -> str:
    return f"take home {run.id} {sorted(wish_json(wish).items(), key=str)}"


def _make(run: RunFolder, wish: ExportWish) -> None:
    job_id = tell(engine().start_job, "export", export_job, str(run.path), wish_json(wish))
    if job_id:
        st.session_state[_key(run, wish)] = job_id


def _follow(job_id: str, shown: str, run: RunFolder, wish: ExportWish) -> None:
    job = tell(engine().job, job_id)
    state = job.state if job else "gone"
    if state != shown:
        st.rerun()
    if job is None:
        st.warning("This file is not known any more: make it again.", icon=":material/search_off:")
    elif state in MOVING:
        waiting = engine().state().warming or "Waiting for a free worker."
        words = (waiting if state == "queued" else job.message) or "Begun."
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words))
        st.button("Cancel", key="take_home_cancel", on_click=tell, args=(engine().cancel_job, job_id))
    elif state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    else:
        _hand_out(job, run, wish)


def _hand_out(job: JobStatus, run: RunFolder, wish: ExportWish) -> None:
    """Offer the file that was made; once fetched it is deleted here."""
    format_, file = FORMATS[wish.format], _file(job)
    try:
        made = file.read_bytes()
    except OSError:
        st.info("The file was fetched, or waited too long: make it again.", icon=":material/check:")
        return
    st.download_button(
        f"Save {file_name(run, wish, format_)} ({len(made) / 1e6:.1f} MB)",
        made,
        file_name=file_name(run, wish, format_),
        mime=format_.mime,
        key="take_home_save",
        type="primary",
        icon=":material/save:",
        on_click=_fetched,
        args=(file,),
    )
    if missing := (job.result or {}).get("missing"):
        st.caption(plain(str(missing)))


def _file(job: JobStatus) -> Path:
    """Return where a job put its file; its name comes from a file, so nothing but the name of it counts."""
    return engine().data / "jobs" / Path(str((job.result or {}).get("file", ""))).name


def _fetched(file: Path) -> None:
    file.unlink(missing_ok=True)


def file_name(run: RunFolder, wish: ExportWish, format_: Format) -> str:
    """Return what the file is called at home."""
    what = f"-{wish.table}" if format_.table else "-projector" if wish.format == "projector" else ""
    return f"{run.id}{what}{format_.ending}"


def command(run: RunFolder, wish: ExportWish) -> str:
    """Return the terminal command that makes the same file."""
    format_ = FORMATS[wish.format]
    parts = [f"python -m facenet_core export {run.id} --format {wish.format}"]
    if wish.map is not None:
        parts.append(f"--map {wish.map}")
    if format_.pictures:
        parts.append(f"--size {wish.size} {'--faces' if wish.faces else '--dots'}")
    if format_.table:
        parts.append(f"--table {wish.table}")
    if wish.with_photos:
        parts.append("--with-photos")
    return " ".join([*parts, f"--out {file_name(run, wish, format_)}"])
