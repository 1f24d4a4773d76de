"""Where each source's pictures come from, on what terms, and what is known to be wrong with them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What one should know about a set before using it.

    Attributes:
        made: Who took the pictures, when, of whom.
        terms: What may be done with them.
        errors: What is known to be wrong or missing.
    """

    made: str
    terms: str
    errors: str


ORIGINS = {
    "synthetic": Origin(
        made="Drawn by this program; no photograph of anybody was used.",
        terms="Free, as the program is.",
        errors="Drawn faces are simpler than people: figures on them say nothing about photographs.",
    ),
    "folder": Origin(
        made="Yours. The pictures are read where they are and never changed.",
        terms="Ask the people on them first: a face, and an embedding made from it, is personal data.",
        errors="Whoever sorted them into folders decides what counts as right.",
    ),
    "photos": Origin(
        made="Brought to the page Own photos by somebody who uses this machine.",
        terms="Everybody on them agreed, says whoever kept the set. Deleted on that page, with the runs.",
        errors="Frames and names were set by hand; the network sees what was framed.",
    ),
    "lfw": Origin(
        made="Press photographs from the web, 2002 to 2004, put together at the University of Massachusetts, Amherst "
        "(Huang and others, 2007). Version: funneled, through scikit-learn; a folder of the deep-funneled version is "
        "taken too, and its figures are better, so name the version beside every figure.",
        terms="The authors state no licence; copyright stays with the photographers and nobody pictured was asked. For "
        "research and teaching; the authors say that no result on it shows software to be fit for commercial use.",
        errors="A few pictures carry a wrong name and a few people stand under two; they are left in, so that "
        "results stay comparable. Few women, children and old people, and most of the "
        "world's people are rare. All faces were found by one detector, so profiles are missing.",
    ),
    "olivetti": Origin(
        made="40 people of the Olivetti Research Laboratory in Cambridge, 10 grey pictures each, 1992 to 1994 "
        "(Samaria and Harter, 1994), through scikit-learn.",
        terms="No licence is stated; when using them, credit Olivetti Research Laboratory.",
        errors="64 by 64 pixels, one dark background, few women: results on it are far better than in life. "
        "People are not named; the order of the pictures is the only label.",
    ),
}
