"""How soon every figure of a page stands at the epoch that a slider was moved to."""

import numpy as np
from playwright.sync_api import Locator, Page

MOVES = 40
REST = 400  # milliseconds between two moves: a hand that goes on is waited for on purpose

WATCH = """([keys, epoch]) => {
  const nodes = keys.map((key) => document.querySelector(`.st-key-${key} .lab-chart`));
  window.labMove = new Promise((resolve) => {
    let started;
    document.addEventListener("keydown", () => (started = performance.now()), { capture: true, once: true });
    const look = () => {
      if (started && nodes.every((node) => node.dataset.epoch === String(epoch))) resolve(performance.now() - started);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def time_moves(page: Page, slider: Locator, keys: tuple[str, ...], epoch: int, benchmark) -> float:
    """Move a slider up and down by its keys and note median and 95th percentile.

    Args:
        page: The page, with all its figures in view: those out of it wait.
        slider: A slider of epochs, standing at ``epoch``.
        keys: The figures that follow it.
        epoch: Where it stands; at least four epochs follow.
        benchmark: The fixture.

    Returns:
        The 95th percentile, in milliseconds.
    """

    def move(number: int) -> float:
        nonlocal epoch
        epoch += 1 if number % 8 < 4 else -1
        page.evaluate(WATCH, [list(keys), epoch])
        slider.press("ArrowRight" if number % 8 < 4 else "ArrowLeft")
        found = float(page.evaluate("() => window.labMove"))
        page.wait_for_timeout(REST)
        return found

    move(1)  # before the first one, nobody has read what the figures look like at other epochs
    move(5)
    moves = benchmark.pedantic(lambda: [move(number) for number in range(MOVES)], rounds=1)
    p95 = float(np.percentile(moves, 95))
    benchmark.extra_info.update(median_ms=round(float(np.median(moves))), p95_ms=round(p95))
    print(f"median {np.median(moves):.0f} ms, p95 {p95:.0f} ms")
    return p95
