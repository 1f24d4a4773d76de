"""Every prediction's verdict follows the interval that stands beside it; "no real difference" is an answer on offer."""

import numpy as np
import pytest

from facenet_core.evaluation import Interval, area_difference, rated_pairs
from pages.comparison import baselines_words
from pages.comparison import differences as comparison_differences
from pages.comparison.runs import Compared
from pages.epochs.confusion import NONE_LONGEST
from pages.verification import seen_and_unseen as verification_leak
from tests.pages.made_run import make_run
from tests.pages.test_pages import words

BOTH, HIGHER, LOWER = Interval(-0.02, 0.03), Interval(0.01, 0.05), Interval(-0.05, -0.01)


@pytest.mark.parametrize(
    ("changes", "came"),
    [
        ([BOTH, BOTH], "No real difference"),
        ([HIGHER, BOTH], "More mistakes"),
        ([BOTH, LOWER], "Fewer mistakes"),
        ([HIGHER, HIGHER], "More mistakes"),
        ([HIGHER, LOWER], None),
        ([None, HIGHER], None),
    ],
)
def test_the_leaks_verdict_is_what_both_rates_say(changes, came):
    assert verification_leak.came_out(changes) == came
    for guess in verification_leak.BETTER:
        said = verification_leak.verdict_words(guess, changes)
        if came is not None:
            assert said.endswith("; so it is." if guess == came else f"; it is: {came.lower()}.")
        else:
            assert "so it is" not in said


def test_where_both_rates_are_not_distinguishable_nobody_is_told_of_more_mistakes(visit, runs):
    run = make_run(runs, people=24)
    app = visit("verification", run=run.id, verify_view="The leak", threshold="1.0")
    assert app.radio[0].options == ["Fewer mistakes", "No real difference", "More mistakes"]
    app.radio[0].set_value("No real difference").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    said = words(app)
    if said.count("not distinguishable") >= 2:
        assert "no real difference; so it is" in said
        assert "by heart: who measures" not in said
    else:
        assert "it is: " in said


def test_of_equal_runs_none_is_named_the_best(visit, runs):
    made = [make_run(runs, people=30) for _ in range(3)]
    app = visit("comparison", runs=",".join(run.id for run in made))
    assert app.radio[0].options[-1] == "No run is clearly best"
    app.radio[0].set_value("No run is clearly best").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert not app.success
    (said,) = [info.value for info in app.info if "clearly best" in info.value]
    assert said.startswith("You said: no run is clearly best, and so it is.")
    assert "not distinguishable from" in said
    assert "Best on people never seen" not in words(app)


def test_a_guess_among_equal_runs_is_not_wrong(runs):
    entries = [Compared(label=label, run=make_run(runs, people=30), epochs=(0, 5)) for label in "AB"]
    said = comparison_differences.answer(entries, "B", "run")
    assert "No run is clearly best" in said
    assert "You said B: it is among those that may be the best." in said


def test_a_run_that_is_better_beyond_chance_is_the_best(runs):
    good, bad = make_run(runs, people=30), make_run(runs, people=30)
    record = bad.epoch(5)
    noise = np.random.default_rng(0).normal(size=record.embeddings.shape).astype(np.float32)
    bad.write_epoch(type(record)(epoch=5, embeddings=noise, figures=record.figures))
    entries = [Compared(label=label, run=run, epochs=(0, 5)) for label, run in (("A", good), ("B", bad))]
    assert "Best on people never seen: **run A**" in comparison_differences.answer(entries, "A", "run")
    assert "You said A, and so it is" in comparison_differences.answer(entries, "A", "run")
    assert "more than chance among people explains" in comparison_differences.answer(entries, "B", "run")
    assert "but one is" in comparison_differences.answer(entries, "No run is clearly best", "run")


def baselines(rivals: list[str] | None) -> dict:
    def method(value, low, high):
        return {"figures": {"accuracy": {"value": value, "interval": [low, high]}}, "differences": {}}

    methods = {"softmax": method(0.9, 0.85, 0.95), "arcface": method(0.88, 0.83, 0.93), "raw": method(0.6, 0.5, 0.7)}
    ahead = None if rivals is None else {"name": "softmax", "rivals": rivals}
    return {"groups": {"unseen": {"methods": methods} | ({"ahead": ahead} if ahead else {})}}


@pytest.mark.parametrize(
    ("rivals", "guess", "said"),
    [
        ([], "Softmax", "You said Softmax, and so it is. Right most often: **Softmax**"),
        ([], "No method is clearly best", "no method is clearly best; but one is"),
        (["arcface"], "ArcFace", "You said ArcFace: it is among those that may be the best"),
        (["arcface"], "No method is clearly best", "no method is clearly best, and so it is"),
        (["arcface"], "Raw", "60.0%, less than chance among people explains"),
        (None, "ArcFace", "it is among those that may be the best"),  # measured by an earlier version: intervals meet
        (None, "Raw", "less than chance among people explains"),
    ],
)
def test_of_methods_a_best_is_named_only_where_intervals_say_so(rivals, guess, said):
    options = {"softmax": "Softmax", "arcface": "ArcFace", "raw": "Raw"}
    assert said in baselines_words.answer(baselines(rivals), options, guess)


def test_votes_are_better_only_beyond_the_intervals_of_both():
    same = np.array([True, False] * 10)
    sure, worse, lost = (np.where(same, 2.0, -2.0), np.tile([2.0, 2, -2, -2, -1], 4), np.where(same, -2.0, 2.0))
    near = sure.copy()
    near[:4] = 0  # not said: the area falls a little
    assert (ends := area_difference(rated_pairs(sure, same), rated_pairs(near, same))) is not None
    assert ends.low <= 0 <= ends.high
    assert area_difference(rated_pairs(lost, same), rated_pairs(sure, same)).low > 0
    assert area_difference(rated_pairs(worse, same), rated_pairs(worse, same)).low < 0
    assert area_difference(rated_pairs(sure[::2], same[::2]), rated_pairs(sure, same)) is None  # one kind alone


def test_no_two_are_named_longest_where_others_are_confused_as_long(visit, runs):
    run = make_run(runs, people=12)
    for epoch in run.epochs():
        record = run.epoch(epoch)
        alike = np.ones_like(record.embeddings)
        run.write_epoch(type(record)(epoch=epoch, embeddings=alike, figures=record.figures))
    app = visit("epochs", run=run.id)
    app.button(key="predict_none").click().run()
    assert not app.exception
    said = words(app)
    assert "No two are confused longer than all others" in said
    assert f"You said: {NONE_LONGEST.lower()}; so it is." in said
    assert "You were right" not in said
