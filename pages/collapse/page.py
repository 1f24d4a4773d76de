"""Laboratory: why did it collapse?"""

import streamlit as st

from facenet_core.evaluation import diagnose_collapse
from pages.collapse import laboratory as collapse_lab
from pages.collapse.recipes import RECIPES, Recipe
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.runs.session import readable

TERMS = ("triplet", "margin", "active triplet", "semi-hard", "hard", "squared distance", "step", "embedding")

open_lesson(
    "Why did it collapse?",
    "The loss falls to the margin and stays there: all faces have become one point. "
    "Ruin a network on purpose, in four ways, beside a twin that differs in one setting.",
    TERMS,
)

recipe = collapse_lab.choose_recipe()
pair = collapse_lab.pair_of(recipe)

left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
with left:
    st.markdown(f"{recipe.about} Its twin has **{recipe.change_words}**.")
    guessed = collapse_lab.guess(recipe)
with right:
    collapse_lab.run_button(recipe, guessed, pair)


@readable
def compare(recipe: Recipe, moved: bool, guessed: str) -> None:
    """Draw both runs; while one of them moves this part of the page is drawn again by itself."""
    pair = collapse_lab.pair_of(recipe)
    if pair.moving() != moved:
        st.rerun()
    collapse_lab.progress(pair, ("As the recipe says", f"With {recipe.change_words}"))
    collapse_lab.figures(recipe, pair)
    collapse_lab.reveal(recipe, pair, guessed)
    collapse_lab.rescue_button(recipe, pair)


@readable
def look(recipe: Recipe) -> None:
    """Show the two spaces once they are still."""
    st.header("The two spaces", anchor=False)
    collapse_lab.spaces(recipe, collapse_lab.pair_of(recipe))


if guessed is None:
    st.info("Say first what you expect; then the runs are shown.", icon=":material/psychology_alt:")
elif not pair.runs():
    st.info("Now run it: two runs of a few seconds.", icon=":material/science:")
else:
    moving = pair.moving()
    st.fragment(compare, run_every=0.7 if moving else None)(recipe, moving, guessed)
    if not moving:
        look(recipe)
    notice(
        [
            f"On one spot all distances are 0: the loss of a triplet is max(0, 0 − 0 + {recipe.broken.margin:g}) = "
            f"{recipe.broken.margin:g}, the margin. That is what a loss stuck at the margin means.",
            "There the gradient is 0 too: moving one face of a heap of equal faces brings nothing nearer and "
            "nothing farther. A collapsed network hardly learns its way out.",
            "A loss close to 0 is not success by itself, and a large spread is not health: look at spread, rank and "
            "length together.",
        ]
    )
try_this(
    [Move(other.label, f"try_{other.name}", set_value, {"recipe": other.name}) for other in RECIPES if other != recipe]
)
show_code(diagnose_collapse, Recipe, compare)
