"""One step in slow motion: eight numbered parts, back and forward, computed by a worker from the run's network."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow

import numpy as np
import streamlit as st

from facenet_core.choices import LOSSES, MINERS, learns_from_triplets
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.jobs.one_step import SlowStep, slow_motion
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, Sprites, chart, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs.session import engine, faces_folder
from pages.shared.words import plain
from pages.triplets import figures_one_step as figures_slow

PEOPLE, IMAGES = 6, 3
PATIENCE = 90  # seconds to wait for a worker, its warming up included
HEIGHT = 420
PARTS = ("Batch", "Embeddings", "Distances", "Mining", "Loss", "Gradient", "Update", "The same batch again")
BEGIN = {"untrained": "the untrained network", "trained": "the network as it is now"}


def slow_step(run: RunFolder) -> None:
    """Show one step of the run in eight parts."""
    begin, seed = _choices()
    step = _step_or_say(run, begin == BEGIN["trained"], seed)
    if step is None:
        return
    place = _navigate()
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with right:
        st.markdown(f"### {place + 1}. {PARTS[place]}")
        st.markdown(SENTENCES[place](step))
    with left:
        FIGURES[place](step, send_sprites(_atlas(step), _captions(step), columns=COLUMNS, size=48, key="slow_sprites"))


def _choices() -> tuple[str, int]:
    left, right = st.columns([3, 1.2], vertical_alignment="bottom")
    with left:
        begin = st.segmented_control(
            "Take the step with",
            list(BEGIN.values()),
            default=BEGIN["untrained"],
            required=True,
            key="slow_begin",
            bind="query-params",
            help="The step is taken by a copy: the run itself stays as it is.",
        )
    with right:
        seed = st.number_input("Batch number", 0, 10_000, 0, key="slow_seed", bind="query-params")
    return begin, int(seed)


def _navigate() -> int:
    """Show Back, the eight parts and Forward; return which part is in view, from 0."""
    names = [f"{number}. {part}" for number, part in enumerate(PARTS, 1)]
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons = st.container(horizontal=True, width="content")
        chosen = st.segmented_control(
            "Part of the step",
            names,
            default=names[0],
            required=True,
            key="slow_part",
            bind="query-params",
            label_visibility="collapsed",
        )
    place = names.index(chosen)
    with buttons:
        st.button("Back", key="slow_back", on_click=_go, args=(names, place - 1), disabled=place == 0)
        st.button(
            "Forward",
            key="slow_forward",
            type="primary",
            on_click=_go,
            args=(names, place + 1),
            disabled=place == len(names) - 1,
        )
    return place


def _go(names: list[str], place: int) -> None:
    st.session_state["slow_part"] = names[max(0, min(place, len(names) - 1))]


def _step_or_say(run: RunFolder, trained: bool, seed: int) -> SlowStep | None:
    try:
        with st.spinner("A worker takes the step"):
            return _taken(str(run.path), str(faces_folder()), _stamp(run) if trained else 0, seed, trained)
    except TooSlow:
        st.error("No worker was free in time: try again when fewer runs train.", icon=":material/error:")
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The step could not be taken: {plain(str(error))}", icon=":material/error:")
    return None


@st.cache_resource(max_entries=32, show_spinner=False)
def _taken(run_path: str, faces_root: str, stamp: int, seed: int, trained: bool) -> SlowStep:
    answer = engine().ask(slow_motion, run_path, faces_root, PEOPLE, IMAGES, seed, trained)
    return SlowStep.from_answer(answer.result(timeout=PATIENCE))


def _stamp(run: RunFolder) -> int:
    """Return when the weights were stored: as training goes on, the step is another one."""
    try:
        return (run.path / "checkpoint" / "state.json").stat().st_mtime_ns
    except OSError:
        return 0


def _atlas(step: SlowStep) -> bytes:
    return atlas_image(step.thumbnails)


def _captions(step: SlowStep) -> list[str]:
    return [f"{_letter(person)}: {step.names[person]}" for person in step.person]


def _letter(person: int) -> str:
    return chr(65 + person % 26)


def _faces(step: SlowStep, sprites: Sprites) -> None:
    rows = [
        Row(
            faces=tuple(np.flatnonzero(step.person == person).tolist()),
            caption=f"{_letter(person)}: {name}",
        )
        for person, name in enumerate(step.names)
    ]
    gallery(rows, sprites, key="slow_batch", alt=f"The batch: {len(step.names)} people.", size=64, stacked=True)


def _map(**what: bool) -> Callable[[SlowStep, Sprites], None]:
    def draw(step: SlowStep, sprites: Sprites) -> None:
        chart(
            figures_slow.batch_map(step, **what),
            key="slow_map",
            alt=f"The {len(step.person)} images of the batch as points, {'after' if what.get('after') else 'before'} "
            "the step, along the two directions of most spread.",
            height=HEIGHT,
            sprites=sprites,
        )

    return draw


def _matrix(step: SlowStep, sprites: Sprites) -> None:
    chart(
        figures_slow.distance_matrix(step),
        key="slow_matrix",
        alt=f"Squared distances of {len(step.person)} images to one another, by person.",
        height=HEIGHT,
    )


def _losses(step: SlowStep, sprites: Sprites) -> None:
    chart(
        figures_slow.losses(step),
        key="slow_losses",
        alt=f"What each of {len(step.anchors)} mined triplets loses; their mean is {step.loss_before:.3f}.",
        height=HEIGHT,
    )


FIGURES = (
    _faces,
    _map(),
    _matrix,
    _map(mined=True),
    _losses,
    _map(arrows=True),
    _map(after=True, moved=True),
    _map(after=True),
)


def _about_batch(step: SlowStep) -> str:
    return (
        f"{len(step.names)} people with {len(step.person) / len(step.names):.0f} images each, drawn from the seen "
        f"people: {len(step.person)} faces. For this step nothing else exists. They are shown without the shifts and "
        "flips of training, so that the last part can look at the very same pictures."
    )


def _about_embeddings(step: SlowStep) -> str:
    return (
        f"The network makes {step.before.shape[1]} numbers of every face. Here they are along the two directions in "
        f"which they spread most, {step.spread_shown:.0%} of the whole; colour and form tell the person, and a face "
        "shows when you point at it. The picture keeps its axes up to the last part."
    )


def _about_distances(step: SlowStep) -> str:
    same = step.person[:, None] == step.person[None]
    off = ~np.eye(len(same), dtype=bool)
    return (
        "Every face to every other, computed once. Amber lines part the people, so the squares along the diagonal are "
        f"pairs of one person: {distance_words(float(step.distances_before[same & off].mean()))} on average, against "
        f"{distance_words(float(step.distances_before[~same].mean()))} for different people."
    )


def _about_mining(step: SlowStep) -> str:
    valid, easy, semi_hard, hard, mined = (int(count) for count in step.counts_before)
    if not learns_from_triplets(step.loss):
        return (
            f"Of {valid:,} triplets {easy:,} are easy, {semi_hard:,} semi-hard and {hard:,} hard at margin "
            f"{step.margin:.2f}, but this run does not learn from triplets: *{_loss_name(step)}* takes the batch as it "
            "is, so nothing is mined and no line is drawn."
        )
    miner = MINERS[step.miner].label if step.miner in MINERS else step.miner
    shown = f" The first {figures_slow.MOST_SHOWN} are drawn." if mined > figures_slow.MOST_SHOWN else ""
    if not mined:
        shown = " With nothing to learn from, the following parts are empty: try the untrained network."
    return (
        f"Of {valid:,} triplets {easy:,} are easy, {semi_hard:,} semi-hard and {hard:,} hard at margin "
        f"{step.margin:.2f}. The miner, *{miner}*, chose {mined:,}: green to the positive, dashed to the "
        f"negative.{shown}"
    )


def _about_loss(step: SlowStep) -> str:
    if not learns_from_triplets(step.loss):
        return f"This run's loss is *{_loss_name(step)}*: it makes **{step.loss_before:.3f}** of the whole batch."
    if step.loss != "triplet":
        return (
            f"This run's loss is *{_loss_name(step)}*: it makes **{step.loss_before:.3f}** of the mined triplets. The "
            "bars show, to compare, what each would lose with the plain triplet loss, max(0, d(a,p) − d(a,n) + margin)."
        )
    return (
        f"Each chosen triplet loses max(0, d(a,p) − d(a,n) + margin); the loss of the batch is the mean of those above "
        f"0: **{step.loss_before:.3f}**. A triplet above the amber line is hard: it loses more than the margin."
    )


def _about_gradient(step: SlowStep) -> str:
    if not learns_from_triplets(step.loss):
        return (
            "Minus the gradient of the loss at every point: where it would have to go for the loss to fall fastest. "
            "The arrows compare with one another."
        )
    idle = int(np.sum(np.linalg.norm(step.gradient, axis=1) == 0))
    return (
        "Minus the gradient of the loss at every point: where it would have to go for the loss to fall fastest. "
        "Positives are drawn to their anchors, negatives pushed away. The arrows compare with one another; "
        f"{idle} of {len(step.person)} faces are in no chosen triplet and stay."
    )


def _loss_name(step: SlowStep) -> str:
    return LOSSES[step.loss].label if step.loss in LOSSES else step.loss


def _about_update(step: SlowStep) -> str:
    return (
        f"No point can be moved by itself: {step.optimiser} changes all {step.weights:,} weights of the network, at "
        f"learning rate {step.learning_rate:g}, by {step.change:.1%} of their length. That moves every face, those "
        "without an arrow, too: the lines lead from where each was. Go back and forward to see it."
    )


def _about_again(step: SlowStep) -> str:
    before, after = step.counts_before, step.counts_after
    rows = [
        (
            "loss of the mined triplets" if learns_from_triplets(step.loss) else "loss",
            f"{step.loss_before:.3f}",
            f"{step.loss_after:.3f}",
        ),
        *(
            (name, f"{int(before[place]):,}", f"{int(after[place]):,}")
            for place, name in ((1, "easy"), (2, "semi-hard"), (3, "hard"), (4, "mined"))
        ),
    ]
    table = "\n".join(f"| {name} | {first} | {second} |" for name, first, second in rows)
    return (
        "The same pictures, the changed network, mined anew.\n\n| | before | after |\n|---|--:|--:|\n"
        f"{table}\n\nThe loss of the next batch decides whether this helped: one step is fitted to one batch."
    )


SENTENCES = (
    _about_batch,
    _about_embeddings,
    _about_distances,
    _about_mining,
    _about_loss,
    _about_gradient,
    _about_update,
    _about_again,
)
