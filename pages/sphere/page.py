"""Laboratory: what does the space of faces look like?"""

import streamlit as st

from pages.shared.components.sphere import sphere
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.sphere_frames import epoch_film, has_steps, step_film
from pages.shared.runs import readers
from pages.shared.runs.session import MOVING, readable
from pages.shared.words import plain
from pages.sphere import parts as sphere_view

TERMS = ("embedding", "squared distance", "triplet", "margin", "semi-hard", "easy", "hard", "step", "epoch")
HEIGHT = 480

open_lesson(
    "What does the space of faces look like?",
    "With three numbers a face the space is a sphere, and it can be seen as it is, without any map. "
    "Click a face to see its triplets; drag to turn.",
    TERMS,
)

run = sphere_view.run_to_show()
if run is None:
    st.info("No run is stored yet: train one with three numbers a face.", icon=":material/view_in_ar:")
    sphere_view.train_buttons(primary=True)
    st.stop()
if not sphere_view.fits(run):
    sphere_view.other_size(run)
    st.stop()

faces, _ = tracked_or_stop(run)
frames, group = sphere_view.choices(run, [int(code) for code in sorted(set(faces.group.tolist()))])


@readable
def space(shown: str, frames: str, group: int) -> None:
    """Show the space; while the run moves this part of the page is drawn again by itself."""
    status = run.status()
    if status.state != shown:
        st.rerun()
    film = (step_film if frames == sphere_view.BY_STEP else epoch_film)(run, group=group)
    if film is None:
        st.info("There are no such faces in this run: choose others.", icon=":material/person_off:")
        return
    st.markdown(sphere_view.state_words(status))
    sphere(
        film,
        key="sphere",
        alt=f"{len(film.faces)} faces where their numbers put them, {film.labels[-1]}. Arrow keys turn the sphere.",
        sprites=readers.sprites(run, "sphere"),
        height=HEIGHT,
    )
    sphere_view.move_buttons(run, status)
    st.caption("Colour is the person; a full ring: seen people, dashed: held-out images, dotted: unseen people.")
    notice(sphere_view.points_to_notice(run, group))


status = run.status()
st.fragment(space, run_every=1.0 if status.state in MOVING else None)(status.state, frames, group)
for note in run.record().notes:
    st.caption(plain(note))

left, right = st.columns(2, vertical_alignment="bottom")
with left:
    sphere_view.fitting_chooser(run)
with right:
    sphere_view.train_buttons(primary=False)
try_this(
    [
        Move(
            "Step by step", "try_steps", set_value, {"sphere_frames": sphere_view.BY_STEP}, disabled=not has_steps(run)
        ),
        Move("People never seen", "try_strangers", set_value, {"sphere_group": 2}, disabled=2 not in faces.group),
        Move("A circle: two numbers a face", "try_circle", sphere_view.start, {"size": 2}),
    ]
)
show_code(sphere_view.small_config, epoch_film, step_film)
