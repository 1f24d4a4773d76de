"""The parts of the collapse laboratory: guess, run, compare, rescue."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder, open_run
from pages.collapse import figures as figures_collapse
from pages.collapse.recipes import GUESSES, MORE_EPOCHS, RECIPES, Recipe, recipe_called, settled_at
from pages.shared.components.chart import chart
from pages.shared.components.sphere import sphere
from pages.shared.parts.collapse_verdict import diagnosis, evidence_words, number, verdict_words
from pages.shared.parts.sphere_frames import epoch_film
from pages.shared.runs import readers
from pages.shared.runs.ownership import is_others, owner, runs_to_choose
from pages.shared.runs.session import MOVING, UNREADABLE, engine, runs_folder, tell
from pages.shared.words import plain

CHART_HEIGHT = 270
SPHERE_HEIGHT = 340
RUNS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """The ruined run and the one that was put right; None where it was not run yet."""

    broken: RunFolder | None
    mended: RunFolder | None

    def runs(self) -> list[RunFolder]:
        """Return those that are there."""
        return [run for run in (self.broken, self.mended) if run is not None]

    def moving(self) -> bool:
        """Return whether one of them still trains."""
        return any(run.status().state in MOVING for run in self.runs())


def choose_recipe() -> Recipe:
    """Choose a recipe; its short name stands in the link, where Streamlit's own binding would put the label."""
    if "recipe" not in st.session_state:
        st.session_state["recipe"] = recipe_called(st.query_params.get("recipe", "")).name
    chosen = st.segmented_control(
        "Recipe",
        [recipe.name for recipe in RECIPES],
        format_func=lambda name: recipe_called(name).label,
        required=True,
        key="recipe",
    )
    if st.query_params.get("recipe") != chosen:
        st.query_params["recipe"] = chosen
    return recipe_called(chosen)


def pair_of(recipe: Recipe) -> Pair:
    """Return the runs of a recipe: those of the link, or this browser's newest with just these settings.

    Equal settings and seeds give equal runs; a neighbour's would show the answer before one's own guess.
    """
    linked = {name: _linked(name) for name in ("broken", "mended")}
    found: dict[str, RunFolder] = {}
    for run in [run for run in runs_to_choose() if not is_others(run)][:RUNS_LOOKED_AT]:
        try:
            config, changed = run.record().config, run.changes()
        except UNREADABLE:
            continue
        if run.status().state == "failed" or changed:
            continue
        for name, wanted in (("broken", recipe.broken), ("mended", recipe.mended)):
            if config == wanted:
                found.setdefault(name, run)
    for name, wanted in (("broken", recipe.broken), ("mended", recipe.mended)):
        run = linked[name]
        if run is not None and run.record().config == wanted:
            found[name] = run
    return Pair(found.get("broken"), found.get("mended"))


def _linked(name: str) -> RunFolder | None:
    run_id = st.query_params.get(name)
    if not run_id:
        return None
    try:
        run = open_run(runs_folder(), run_id)
        run.record()
        return run
    except UNREADABLE:
        return None


def guess(recipe: Recipe) -> str | None:
    """Ask what the loss will settle at, before it is shown."""
    return st.radio(
        f"What will the loss settle at? The margin is {recipe.broken.margin:g}.",
        GUESSES,
        index=None,
        key=f"collapse_guess_{recipe.name}",
        horizontal=True,
    )


def run_button(recipe: Recipe, guessed: str | None, pair: Pair) -> None:
    """Offer to run the recipe and its mended twin."""
    again = pair.broken is not None
    st.button(
        "Run both again" if again else "Run it, and its twin put right",
        key="collapse_run",
        type="secondary" if again else "primary",
        icon=":material/science:",
        disabled=guessed is None or pair.moving(),
        help="Two runs with the same seed and faces, a few seconds each. Say first what you expect.",
        on_click=_start,
        args=(recipe,),
    )


def _start(recipe: Recipe) -> None:
    for name, config in (("broken", recipe.broken), ("mended", recipe.mended)):
        run_id = tell(engine().train, config, name=recipe.run_name(broken=name == "broken"), owner=owner())
        if run_id:
            st.query_params[name] = run_id


def progress(pair: Pair, labels: Sequence[str]) -> None:
    """Say where the two runs stand."""
    for run, label in zip((pair.broken, pair.mended), labels, strict=True):
        if run is None:
            continue
        status = run.status()
        if status.state == "failed":
            st.error(f"{label}: {plain(status.message)}", icon=":material/error:")
        elif status.state in MOVING:
            share = status.step / status.steps if status.steps else 0.0
            st.progress(min(1.0, share), text=f"{label}: {_moving_words(status)}")


def _moving_words(status: RunStatus) -> str:
    if status.step:
        return f"step {status.step:,} of {status.steps:,}"
    state = engine().state()
    return plain(status.message or "it starts in a moment") if state.ready else f"warming up: {plain(state.message)}"


def figures(recipe: Recipe, pair: Pair) -> None:
    """Draw loss, spread, rank and length of both runs over the steps."""
    broken, mended = (readers.steps(run) if run else readers.no_steps() for run in (pair.broken, pair.mended))
    total = max([2, *(run.status().steps for run in pair.runs())])
    words = ("as the recipe says", "put right")  # more would not fit beside each other on a phone
    unit = recipe.broken.network_options.get("unit_length", True) is not False
    margins = (recipe.broken.margin, recipe.mended.margin)
    drawn = {
        "loss": figures_collapse.losses(broken, mended, words, margins, total),
        "spread": figures_collapse.spreads(broken, mended, words, total, unit=unit),
        "rank": figures_collapse.ranks(broken, mended, words, total, size=recipe.broken.embedding_size),
        "norm": figures_collapse.norms(broken, mended, words, total, unit=unit),
    }
    change = next((c for c in (pair.broken.changes() if pair.broken else []) if _is_rescue(c)), None)
    columns = st.columns(2)
    for place, (name, shown) in enumerate(drawn.items()):
        if change:
            figures_collapse.with_change(shown, int(change["step"]), "settings changed")
        with columns[place % 2]:
            ends = f"{_last(broken, name)}, put right {_last(mended, name)}"
            alt = f"{name.capitalize()} of both runs over the steps, now {ends}."
            chart(shown, key=f"collapse_{name}", alt=alt, height=CHART_HEIGHT)


def _is_rescue(change: dict) -> bool:
    return any(change.get(name) is not None for name in ("miner", "learning_rate", "margin"))


def _last(steps: dict[str, np.ndarray], name: str) -> str:
    return number(float(steps[name][-1])) if len(steps[name]) else "nothing yet"


def reveal(recipe: Recipe, pair: Pair, guessed: str) -> None:
    """Compare the guess with what happened, and say what the detector sees."""
    if pair.broken is None:
        return
    report = diagnosis(pair.broken)
    if report.verdict == "too early":
        st.caption(verdict_words(report))
        return
    if not pair.broken.changes() and pair.broken.status().state not in MOVING:
        came = settled_at(report.loss, report.margin)
        right = "as you said" if came == guessed else f"you said {guessed}"
        st.markdown(f"**The loss settled {came}** ({number(report.loss)}, margin {report.margin:g}): {right}.")
    box = st.warning if report.ill else st.success
    box(f"**{verdict_words(report)}** {report.cause}  \n{evidence_words(report)}.", icon=":material/compress:")
    if pair.mended is not None:
        twin = diagnosis(pair.mended)
        evidence = evidence_words(twin)
        st.caption(
            f"Its twin with {recipe.change_words}: {verdict_words(twin)}" + (f" {evidence}." if evidence else "")
        )
    if report.ill and pair.broken.status().state not in MOVING:
        st.markdown(f"**Why.** {recipe.happens}")
    elif report.verdict == "healthy":
        st.markdown("This time the recipe did not ruin the run: what is described for it did not happen here.")


def rescue_button(recipe: Recipe, pair: Pair) -> None:
    """Offer to change the settings of the collapsed run in its middle, and to let it go on."""
    run = pair.broken
    if not recipe.rescue:
        st.caption("No rescue in mid-run here: unit length is a layer, and the layers of a run stay as they are.")
        return
    done = run is not None and any(_is_rescue(change) for change in run.changes())
    status = run.status() if run is not None else RunStatus()
    started = len(readers.steps(run)["step"]) >= 10 if run is not None else False
    st.button(
        f"Rescue it: go on with {recipe.change_words}",
        key="collapse_rescue",
        icon=":material/emergency:",
        disabled=not started or done or status.state == "failed",
        help=f"The collapsed run goes on from where it is, {MORE_EPOCHS} epochs longer, with this one setting changed.",
        on_click=_rescue,
        args=(recipe, run),
    )
    if done and run is not None:
        if not diagnosis(run).ill:
            st.markdown("**The rescue worked:** the run found its way back.")
        elif status.state in MOVING:
            st.markdown("Not back yet.")
        else:
            st.markdown("**The rescue did not work:** the run is still collapsed at its end.")


def _rescue(recipe: Recipe, run: RunFolder) -> None:
    epochs = run.status().epochs + MORE_EPOCHS
    tell(engine().request, run.id, epochs=epochs, **recipe.rescue)
    st.query_params["broken"] = run.id
    st.rerun()  # the button stands in a fragment that has stopped to look by itself


def spaces(recipe: Recipe, pair: Pair) -> None:
    """Show both spaces as they are: three numbers a face are a place on a sphere."""
    words = ("As the recipe says", f"With {recipe.change_words}")
    for place, run, word in zip(st.columns(2), (pair.broken, pair.mended), words, strict=True):
        with place:
            st.markdown(f"**{word}**")
            film = epoch_film(run, group=0) if run is not None else None
            if run is None or film is None:
                st.caption("Nothing to see yet.")
                continue
            key = f"collapse_sphere_{'broken' if run is pair.broken else 'mended'}"
            sphere(
                film,
                key=key,
                alt=f"{len(film.faces)} training faces on the sphere, {film.labels[-1]}; drag to turn.",
                sprites=readers.sprites(run, key),
                height=SPHERE_HEIGHT,
                triplets=False,
            )
