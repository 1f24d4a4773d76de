"""Widgets -> configuration: every setting of a run, kept in the link."""

from typing import Any

import streamlit as st

from facenet_core.choices import LOSSES, MINERS, NETWORKS, SOURCES, learns_from_triplets
from facenet_core.config import FacesConfig, TrainingConfig
from pages.shared.controls.kept_set import choose_kept
from pages.shared.runs.ownership import class_mode

OWN = TrainingConfig()  # a page and a command without options train alike
DEFAULTS = {"people": 50, "images": 20, "epochs": OWN.epochs}
LEARNING_RATES = [1e-4, 5e-4, 1e-3, OWN.learning_rate, 5e-3, 1e-2]
LOSS_SETTINGS = {  # label, lowest, highest, step
    "logit_scale": ("Scale", 1.0, 64.0, 1.0),
    "angular_margin": ("Angular margin, in radians", 0.0, 1.0, 0.05),
    "pair_margin": ("Margin of pairs, in distance", 0.1, 2.0, 0.1),
}
BOUND: dict[str, Any] = {"bind": "query-params"}


def margin(*fragments: str) -> None:
    """Show the margin's slider; moving it draws only the named fragments again.

    It has to stand in a fragment itself: a rerun asked for from outside ends the timers of timed fragments.
    """
    st.slider(
        "Margin, in squared distance",
        0.05,
        1.5,
        0.2,
        0.05,
        key="margin",
        help="The negative must be farther from the anchor than the positive by at least this much.",
        on_change=lambda: st.rerun(list(fragments)),
        **BOUND,
    )


def margin_now() -> float:
    """Return the margin on the slider, also where the page around it was not drawn again."""
    return float(st.session_state.get("margin", 0.2))


def source() -> str:
    """Choose where faces come from."""
    return st.selectbox(
        "Faces",
        [name for name in SOURCES if name != "folder" or not class_mode()],
        format_func=lambda name: SOURCES[name].label,
        key="source",
        help="  \n".join(f"**{choice.label}**: {choice.about}" for choice in SOURCES.values()),
        **BOUND,
    )


def folder_path(chosen: str) -> str | None:
    """Ask for the folder where the source needs one."""
    if chosen == "photos":
        return choose_kept()
    if chosen != "folder":
        return None
    path = st.text_input(
        "Folder",
        key="path",
        placeholder="/home/me/faces",
        help="One sub-folder per person, on the server's disk.",
        **BOUND,
    )
    return path.strip() or None


def faces() -> FacesConfig | None:
    """Show source, folder, people and images; None while a folder is still to be named."""
    chosen = source()
    path = folder_path(chosen)
    by_name = chosen == "folder" and people_from_names()
    left, right = st.columns(2)
    with left:
        people = _count("People", "people", 2, 5000, "How many people are trained on, at most.")
    with right:
        images = _count("Images of each", "images", 2, 500, "How many images of each person are trained on, at most.")
    if chosen in ("folder", "photos") and path is None:
        return None
    return FacesConfig(source=chosen, path=path, people=people, images=images, people_from_names=by_name)


def people_from_names() -> bool:
    """Ask whether the names of the files say whose they are, where they do not lie in a folder for each person."""
    return st.checkbox(
        "People from the names of the files",
        key="by_name",
        help="For pictures that lie in one folder and begin with the person: subject01.happy, ann_2.jpg, 1-01.png.",
        **BOUND,
    )


def training(margin: float) -> TrainingConfig | str:
    """Show the other settings of a run; return them, or the sentence that says what is still missing."""
    chosen = faces()
    left, right = st.columns(2)
    with left:
        epochs = _count("Epochs", "epochs", 1, 1000, "How often every image is shown.")
        loss = _choice("Loss", "loss", LOSSES)
        miner, loss_settings = _what_it_learns_from(loss)
        batch_people = st.number_input("People in a batch (P)", 2, 200, 25, key="batch_people", **BOUND)
        rate = st.select_slider(
            "Learning rate", LEARNING_RATES, OWN.learning_rate, key="rate", format_func="{:g}".format, **BOUND
        )
    with right:
        size = st.select_slider("Embedding size", [2, 3, 8, 16, 32, 64, 128, 256, 512], 128, key="size", **BOUND)
        network = _choice("Network", "network", NETWORKS)
        batch_images = st.number_input("Images of each in a batch (K)", 2, 40, 4, key="batch_images", **BOUND)
        number = seed()
    if chosen is None:
        return "Name a folder with one sub-folder per person, or keep a set of own photos, or choose other faces."
    try:
        return TrainingConfig(
            faces=chosen,
            network=network,
            embedding_size=int(size),
            miner=miner,
            loss=loss,
            **loss_settings,
            margin=margin,
            people_per_batch=min(int(batch_people), chosen.people or int(batch_people)),
            images_per_person=int(batch_images),
            epochs=epochs,
            seed=number,
            learning_rate=float(rate),
        )
    except ValueError as error:
        return str(error)


def _what_it_learns_from(loss: str) -> tuple[str, dict[str, float]]:
    """Show the miner, or the settings of a loss that has none; return miner and settings."""
    if learns_from_triplets(loss):
        return _choice("Which triplets", "miner", MINERS), {}
    settings = {}
    for name, about in (LOSSES[loss].options or {}).items():
        label, low, high, step = LOSS_SETTINGS[name]
        start = float(getattr(OWN, name))
        settings[name] = float(st.slider(label, low, high, start, step, "%g", key=name, help=about, **BOUND))
    st.caption("Learns without triplets: the margin above only decides how they are counted.")
    return OWN.miner, settings


def seed() -> int:
    """Ask for the seed that decides the split and the training."""
    about = "It decides who is seen and unseen, and every random number of the training: equal seeds give equal runs."
    return int(st.number_input("Seed", 0, 2**31, 0, key="seed", help=about, **BOUND))


def settings_line(config: TrainingConfig | str) -> str:
    """Return the settings as one line."""
    if isinstance(config, str):
        return config
    return (
        f"{SOURCES[config.faces.source].label}: {config.faces.people} people with {config.faces.images} images each, "
        f"{config.epochs} epochs, {_learning(config)}, embedding size {config.embedding_size}"
    )


def _learning(config: TrainingConfig) -> str:
    usual = config.loss == OWN.loss
    if not learns_from_triplets(config.loss):
        return f"loss {LOSSES[config.loss].label}, without triplets"
    miner = MINERS[config.miner].label.lower()
    return miner if usual else f"{miner}, loss {LOSSES[config.loss].label}"


def _count(label: str, key: str, low: int, high: int, about: str) -> int:
    return int(st.number_input(label, low, high, DEFAULTS[key], key=key, help=about, **BOUND))


def _choice(label: str, key: str, choices: dict[str, Any]) -> str:
    return st.selectbox(
        label,
        list(choices),
        format_func=lambda name: choices[name].label,
        key=key,
        help="  \n".join(f"**{choice.label}**: {choice.about}" for choice in choices.values()),
        **BOUND,
    )


def set_value(**values: Any) -> None:
    """Set controls by their keys, as the moves of "Try this" do."""
    for key, value in values.items():
        st.session_state[key] = value
