"""The softmax story: a classifier beside an embedding, and what a new person costs each of them."""

from pathlib import Path
from typing import Any

import streamlit as st

from facenet_core.config import TrainingConfig
from facenet_core.evaluation.recognition.classifier_answers import classifier_parameters
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.softmax_sides import NEW_PEOPLE, Side, Story
from facenet_core.runs.studies.softmax_story import PLANS, count_parameters, stored_story, story_file, tell_story
from pages.recognition import figures as figures_recognition
from pages.recognition.enrolled import seconds
from pages.shared.components.chart import chart
from pages.shared.lesson import predict
from pages.shared.parts.photo_probe import waiting_words
from pages.shared.runs.session import data_folder, engine, faces_folder, tell
from pages.shared.words import plain, seconds_left

MOVING = ("queued", "running")
COMPUTED = (10_000, 100_000, 1_000_000)  # people whose last layer would be too large to build only to count it
NOTHING, A_ROW, EVERYBODY = "nothing", "a row for the new person", "all of it, with everybody's photos"
QUESTION = (
    "A classifier tells 100 people apart: one output for each, on top of the same network. Somebody new comes. What "
    "has to be trained, so that it knows them too?"
)
LOOK_AGAIN = 0.4


def story(run: RunFolder) -> None:
    """Ask first, then show parameters, and what training both brought."""
    if not predict.revealed("who_softmax"):
        predict.ask("who_softmax", QUESTION, (NOTHING, A_ROW, EVERYBODY))
        return
    guessed = predict.guess_of("who_softmax")
    st.markdown(
        "The last layer needs a new row, the network has never learned to tell the new person from the others, and "
        "an output that rises for one has to fall for all others: **the classifier is trained again, with everybody's "
        "photos**. An embedding needs nothing: a new person is a few rows in the gallery."
        + (f" You said: {plain(guessed)}." if guessed else "")
    )
    config = run.record().config.to_json()
    network = parameters(run, config)
    st.markdown("**Trained beside each other: the same network, people, images shown and seed**")
    st.caption(
        f"On people of the synthetic class; then {NEW_PEOPLE} new people come at once. The embedding learns by "
        "triplets and names the nearest photo of a gallery; the classifier names its largest output."
    )
    table(config, network)
    people = st.segmented_control(
        "Train both with",
        list(PLANS),
        format_func=lambda count: f"{count:,} people",
        default=10,
        required=True,
        key="who_story",
        bind="query-params",
    )
    moving = _moving(config, people)
    st.fragment(follow, run_every=0.5 if moving else None, key="who_story_job")(config, people, moving)


def stories() -> Path:
    """Return the folder that keeps what came out."""
    return data_folder() / "stories"


def parameters(run: RunFolder, config: dict[str, Any]) -> int | None:
    """Show how the last layer grows with the people, counted by a worker; return the network's share of it."""
    counted = _counted(run, config)
    if counted is None:
        return None
    size = TrainingConfig.from_json(config).embedding_size
    computed = [classifier_parameters(people, size, bias=True) for people in COMPUTED]
    last_layer = [*counted["last_layer"], *computed]
    st.markdown("**The last layer grows with the people, the network does not**")
    chart(
        figures_recognition.parameters([*PLANS, *COMPUTED], last_layer, counted["network"]),
        key="who_parameters",
        alt=f"Trainable numbers over the number of people: the network has {counted['network']:,} however many there "
        f"are; the classifier's last layer {last_layer[2]:,} for 1,000 people.",
        height=320,
    )
    st.caption(
        f"Counted from the modules up to 1,000 people, computed beyond: {counted['network']:,} numbers in the network, "
        f"{size + 1} a person in the last layer ({last_layer[2]:,} for 1,000 people). A gallery grows too, by {size} "
        "numbers a photo, but nobody trains them."
    )
    return int(counted["network"])


def _counted(run: RunFolder, config: dict[str, Any]) -> dict[str, Any] | None:
    key = f"who counted {run.id}"
    asked = st.session_state.get(key)
    if asked is None or (asked.done() and asked.exception() is not None):
        asked = tell(engine().ask, count_parameters, config, list(PLANS))
        if asked is None:
            return None
        st.session_state[key] = asked
    if not asked.done():
        st.fragment(_wait, run_every=LOOK_AGAIN, key="who_counting")(key)
        return None
    if (error := asked.exception()) is not None:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The parameters could not be counted: {plain(str(error))}", icon=":material/error:")
        return None
    found: dict[str, Any] = asked.result()
    return found


def _wait(key: str) -> None:
    asked = st.session_state.get(key)
    if asked is None or asked.done():
        st.rerun()
    st.info(plain(waiting_words(engine().state())), icon=":material/hourglass_empty:")


def table(config: dict[str, Any], network: int | None) -> None:
    """Show both sides for every number of people that was trained here."""
    rows, missing = [], []
    for people in PLANS:
        found = stored_story(stories(), config, people)
        if found is None:
            missing.append(f"{people:,}")
            continue
        rows += [
            _row(found, words, side, network)
            for words, side in (("embedding", found.embedding), ("classifier", found.classifier))
        ]
    if rows:
        head = (
            "| people | | numbers to train | trained in | right on their other photos | new people known after "
            "| new people right | the first people right then |\n|--:|---|--:|--:|--:|--:|--:|--:|\n"
        )
        st.markdown(head + "\n".join(rows))
        st.caption(
            "Times are measured on this machine, of the steps alone, and right answers on photos that neither was "
            f"trained on nor enrolled with; intervals are over people. {NEW_PEOPLE} new people are few: their share "
            "moves in large steps."
        )
    if missing:
        st.caption(f"Not trained here yet: {', '.join(missing)} people.")


def _row(found: Story, words: str, side: Side, network: int | None) -> str:
    first = f"{found.people:,}" if words == "embedding" else ""
    interval = (
        " (no interval: one person)" if side.low is None else f" ({100 * side.low:.0f} to {100 * (side.high or 0):.0f})"
    )
    new = seconds(side.new_seconds) + (", trained again" if words == "classifier" else ", enrolled")
    cells = (
        "" if network is None else f"{network + side.new_parameters:,}",
        f"{side.seconds:.1f} s",
        f"{100 * side.right:.0f} %{interval}",
        new,
        f"{100 * side.new_right:.0f} %",
        f"{100 * side.old_right:.0f} %",
    )
    return f"| {first} | {words} | {' | '.join(cells)} |"


def _job_key(config: dict[str, Any], people: int) -> str:
    return f"who story {story_file(stories(), config, people).name}"


def _moving(config: dict[str, Any], people: int) -> bool:
    job_id = st.session_state.get(_job_key(config, people))
    job = tell(engine().job, job_id) if job_id else None
    return job is not None and job.state in MOVING


def follow(config: dict[str, Any], people: int, moved: bool) -> None:
    """Offer to train both, and follow that."""
    moving = _moving(config, people)
    if moving != moved:
        st.rerun()
    job_id = st.session_state.get(_job_key(config, people))
    job = tell(engine().job, job_id) if job_id else None
    if moving and job is not None:
        words = (engine().state().warming or job.message) if job.state == "queued" else job.message
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words or "Begun."))
        st.button("Cancel", key="who_story_cancel", on_click=tell, args=(engine().cancel_job, job_id))
        return
    if job is not None and job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    there = stored_story(stories(), config, people) is not None
    st.button(
        "Train both again" if there else "Train both",
        key="who_story_train",
        type="secondary" if there else "primary",
        icon=":material/model_training:",
        on_click=_start,
        args=(config, people),
    )
    plan = PLANS[people]
    pictures = (people + NEW_PEOPLE) * (plan.images + 4)
    shown = 3 * people * plan.images * plan.epochs
    st.caption(
        f"{pictures:,} pictures are drawn the first time, then {shown:,} images shown in three trainings: about "
        f"{seconds_left(pictures / 60 + shown / 700)} on a laptop. It goes on while you look at other pages."
    )


def _start(config: dict[str, Any], people: int) -> None:
    job_id = tell(
        engine().start_job,
        "story",
        tell_story,
        config,
        people,
        str(faces_folder().absolute()),
        str(stories().absolute()),
    )
    if job_id:
        st.session_state[_job_key(config, people)] = job_id


def points_to_notice(run: RunFolder) -> list[str]:
    """Return what the stored trainings say, with their numbers."""
    config = run.record().config.to_json()
    found = [one for people in PLANS if (one := stored_story(stories(), config, people)) is not None]
    points = [
        "Before it is trained again, a classifier names one of its own people for somebody new, always, and with "
        "confidence: it has no output for anybody else.",
    ]
    if found:
        last = found[-1]
        points.append(
            f"With {last.people:,} people, {NEW_PEOPLE} new ones took the embedding "
            f"{seconds(last.embedding.new_seconds)}, and the classifier {seconds(last.classifier.new_seconds)} of "
            f"training; right about them: {last.embedding.new_right:.0%} and {last.classifier.new_right:.0%}."
        )
        points.append(
            f"On the people that both were trained on, the classifier has {last.classifier.right:.0%}, the embedding "
            f"{last.embedding.right:.0%}: where nobody ever comes or goes, a classifier is no bad choice."
        )
    else:
        points.append("Train both with 10 people: times and right answers stand here then.")
    return points
