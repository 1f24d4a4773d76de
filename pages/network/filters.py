"""The first filters of a network, epoch by epoch."""

import numpy as np
import streamlit as st

from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.jobs.network_inspection import FilterFilm
from facenet_core.runs.storage import RunFolder
from pages.network import figures as figures_network
from pages.network.subject import ask
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image

FILTER_SIDE = 44
FILTERS_SHOWN, EPOCHS_SHOWN = 20, 6
AS_THEY_ARE, CHANGE = "As they are", "What training changed"


def filters_film(run: RunFolder, epochs: list[int]) -> FilterFilm | None:
    """Draw the first filters at some epochs, one row an epoch, all on one scale."""
    shown = spread_over(epochs, EPOCHS_SHOWN)
    found: FilterFilm | None = ask(run, shown[-1], looking.first_filters, str(run.path), shown)
    if found is None:
        st.info(
            "No filters to show: this network has no convolution that looks at the three colours themselves.",
            icon=":material/grid_off:",
        )
        return None
    drawn = AS_THEY_ARE
    if len(found.epochs) > 1:
        drawn = st.segmented_control(
            "Draw the filters", [AS_THEY_ARE, CHANGE], default=CHANGE, required=True, key="network_filter_view"
        )
    filters = (found.filters - found.filters[0])[1:] if drawn == CHANGE else found.filters
    epochs, moved = found.epochs[-len(filters) :], filters_moved(found)[-len(filters) :]
    filters = filters[:, :FILTERS_SHOWN]
    largest = float(np.quantile(np.abs(filters), 0.999))
    pictures = figures_network.filter_pictures(filters.reshape(-1, *filters.shape[2:]), FILTER_SIDE, largest)
    count = filters.shape[1]
    sprites = send_sprites(
        atlas_image(pictures), [""] * len(pictures), columns=COLUMNS, size=FILTER_SIDE, key="network_filters"
    )
    rows = [
        Row(
            faces=tuple(range(place * count, (place + 1) * count)),
            caption="untrained" if epoch == 0 else f"epoch {epoch}",
            note=f"moved by {share:.0%}",
        )
        for place, (epoch, share) in enumerate(zip(epochs, moved, strict=True))
    ]
    gallery(
        rows,
        sprites,
        key="network_filters",
        alt=f"{count} filters of the first convolution at {len(epochs)} epochs, one row each.",
        size=FILTER_SIDE,
        stacked=True,
    )
    size = f"{filters.shape[3]} × {filters.shape[4]}"
    what = (
        f"What training added to the filters since epoch {found.epochs[0]}: grey is nothing."
        if drawn == CHANGE
        else "Grey is zero; a filter answers to patches that look like it."
    )
    st.caption(
        f"{count} of {found.filters.shape[1]} filters of {size} pixels. {what} All epochs have one scale. "
        "“Moved by” is the length of the change beside the length of the filters."
    )
    return found


def filters_moved(found: FilterFilm) -> list[float]:
    """Return how far the filters are from those of the first epoch, as a share of their length."""
    first = found.filters[0]
    length = float(np.linalg.norm(first)) or 1.0
    return [float(np.linalg.norm(one - first)) / length for one in found.filters]


def spread_over(epochs: list[int], most: int) -> list[int]:
    """Return at most ``most`` of the epochs, dense at the beginning, where most happens; first and last included."""
    if len(epochs) <= most:
        return epochs
    places = np.unique(np.rint((len(epochs) - 1) * np.linspace(0, 1, most) ** 1.6).astype(int))
    return [epochs[place] for place in places]


def points_about_filters(found: FilterFilm) -> list[str]:
    """Return how the first filters changed, in numbers."""
    moved = filters_moved(found)
    last = found.filters[-1]
    grey = last.mean(axis=1, keepdims=True)  # what a filter has for all three colours alike
    colour = 1 - float((3 * (grey**2).sum()) / max(float((last**2).sum()), 1e-12))
    points = []
    if len(moved) > 1:
        half = next(epoch for epoch, share in zip(found.epochs, moved, strict=True) if share >= moved[-1] / 2)
        points.append(
            f"From epoch {found.epochs[0]} to {found.epochs[-1]} the filters moved by {moved[-1]:.0%} of their length; "
            f"of the epochs shown, epoch {half} is the first with half of that behind it."
        )
    else:
        points.append(
            f"Only epoch {found.epochs[0]} has stored weights in this run: there is nothing to compare it with."
        )
    points.append(
        f"{colour:.0%} of what the last filters hold is colour, the rest light and dark. "
        "Random filters, as at the start, hold about 67% colour."
    )
    first = np.linalg.norm(found.filters[0].reshape(len(last), -1), axis=1)
    change = np.linalg.norm((last - found.filters[0]).reshape(len(last), -1), axis=1) / np.maximum(first, 1e-12)
    points.append(f"Filter {int(change.argmax())} (counted from 0) moved most, by {change.max():.0%} of its length.")
    return points
