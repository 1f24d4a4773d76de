"""Colours that mean one thing everywhere."""

from facenet_core.colours import person_colours as person_colours  # films and reports have the same

ANCHOR = "#0072B2"
POSITIVE = SAME = "#009E73"
NEGATIVE = DIFFERENT = "#D55E00"
MARGIN = THRESHOLD = "#E69F00"
GREY = EASY = "#8A9099"
SEMI_HARD, HARD = "#3FA7E0", "#C2609B"
