"""What an app costs that nobody looks at, and how soon after its start a run can begin and everything is warm.

pytest tests/benchmarks/test_idle_cost.py --benchmark-only

Another state of the project beside this one, in turn, each figure a median:
python tests/benchmarks/test_idle_cost.py --rounds 3 /path/to/another . [--only starts|idle|rate]
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
WINDOW = 60.0  # seconds that an app at rest is watched
PATIENCE = 400.0  # seconds
CORE_AT_REST = 0.05
RATE_BESIDE_LOOPS = 0.2

WATCH_START = """
import json, sys, tempfile, time
from pathlib import Path
sys.path.insert(0, ".")
from facenet_core.config import TrainingConfig
from facenet_core.runs import LocalEngine, open_run

def drawn():
    return any((data / "faces" / "lookup").glob("*"))

data, what = Path(sys.argv[1]), sys.argv[2]
began = time.perf_counter()
engine = LocalEngine(data)
run = open_run(engine.runs, engine.train(TrainingConfig())) if what == "first step" else None
seen = {}
while time.perf_counter() - began < float(sys.argv[3]):
    workers = engine.state().workers
    if run is not None and run.status().step:
        seen["first step"] = time.perf_counter() - began
        break
    if len(workers) == 3:
        if all(worker.warm for worker in workers if worker.name != "side"):
            seen.setdefault("ready to train", time.perf_counter() - began)
        if all(worker.warm for worker in workers):
            seen.setdefault("warm", time.perf_counter() - began)
            if what == "click" or (drawn() and run is None):
                seen["warm and drawn"] = time.perf_counter() - began
                break
    time.sleep(0.05)
if what == "click":
    began = time.perf_counter()
    run = open_run(engine.runs, engine.train(TrainingConfig()))
    while not run.status().step:
        time.sleep(0.02)
    seen["click to first step"] = time.perf_counter() - began
engine.close()
print(json.dumps(seen))
"""

TRAIN_BESIDE = """
import json, subprocess, sys, time
from pathlib import Path
sys.path.insert(0, ".")
from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs import LocalEngine, open_run

def rate(seconds):
    images, began = run.status().images_shown, time.perf_counter()
    time.sleep(seconds)
    return (run.status().images_shown - images) / (time.perf_counter() - began)

engine = LocalEngine(Path(sys.argv[1]), warm_up=False)
config = TrainingConfig(faces=FacesConfig(people=20, images=10), epochs=500, precision="float32")
run = open_run(engine.runs, engine.train(config))
while run.status().step < 5:
    time.sleep(0.1)
alone = rate(15)
loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True) for _ in range(2)]
beside = rate(30)
for loop in loops:
    loop.kill()
alone = max(alone, rate(10))
engine.request(run.id, stop=True)
engine.close()
print(json.dumps({"alone": alone, "beside two busy loops": beside, "share": beside / alone}))
"""


def asked(checkout: Path, code: str, *arguments: str) -> dict[str, float]:
    """Run code in a checkout with a data folder of its own, and return what it prints last."""
    with tempfile.TemporaryDirectory(prefix="facenet-idle-") as data:
        done = subprocess.run(
            [sys.executable, "-c", code, data, *arguments], cwd=checkout, stdout=subprocess.PIPE, text=True, check=True
        )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def starts(checkout: Path) -> dict[str, float]:
    """Return the seconds from the start until a training can begin, and until everything is warm."""
    seen = asked(checkout, WATCH_START, "warm", str(PATIENCE))
    return seen | asked(checkout, WATCH_START, "first step", str(PATIENCE))


@contextlib.contextmanager
def app(checkout: Path) -> Iterator[psutil.Process]:
    """Have the whole app at rest: started, looked at once by a browser that left, everything warm."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import SERVER_FLAGS, free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="facenet-idle-") as data, open(os.devnull, "wb") as nowhere:
        server = psutil.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *SERVER_FLAGS],
            cwd=checkout,
            env=os.environ | {"FACENET_DATA": data},
            stdin=subprocess.DEVNULL,
            stdout=nowhere,
            stderr=nowhere,
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
                page = browser.new_page()
                wait_for(lambda: opens(page, f"http://localhost:{port}/"))
                page.get_by_text("The workers are ready").wait_for(timeout=1000 * PATIENCE)
                browser.close()
            wait_for(lambda: any((Path(data) / "faces" / "lookup").glob("*")))
            time.sleep(15)  # what rests a while hands its memory back
            yield server
        finally:
            family = [server, *server.children(recursive=True)]
            server.kill()
            psutil.wait_procs(family, timeout=20)


def opens(page: Any, address: str) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(address)
    except Error:
        return False
    return True


def wait_for(condition: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the app did not come to rest")
        time.sleep(0.2)


def at_rest(checkout: Path) -> dict[str, float]:
    """Return how much of a core, and how many megabytes, all processes of an app at rest take."""
    with app(checkout) as server:
        family = [server, *server.children(recursive=True)]
        before, began = {process.pid: sum(process.cpu_times()[:2]) for process in family}, time.monotonic()
        time.sleep(WINDOW)
        used = sum(sum(process.cpu_times()[:2]) - before[process.pid] for process in family)
        return {
            "core": used / (time.monotonic() - began),
            "MB": sum(proportional_megabytes(process.pid) for process in family),
            "processes": len(family),
        }


def proportional_megabytes(pid: int) -> float:
    """Return the proportional set size: pages that several processes share count once among them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


MEASURES = {"starts": starts, "idle": at_rest, "rate": lambda checkout: asked(checkout, TRAIN_BESIDE)}


def test_an_app_that_nobody_looks_at_hardly_stirs(benchmark):
    found = benchmark.pedantic(at_rest, args=(ROOT,), rounds=1)
    benchmark.extra_info.update(found)
    assert found["core"] <= CORE_AT_REST


def test_a_run_gets_on_beside_other_programs(benchmark):
    found = benchmark.pedantic(MEASURES["rate"], args=(ROOT,), rounds=1)
    benchmark.extra_info.update(found)
    assert found["share"] >= RATE_BESIDE_LOOPS


def test_a_click_after_the_start_does_not_wait_for_faces(benchmark):
    found = benchmark.pedantic(asked, args=(ROOT, WATCH_START, "click", str(PATIENCE)), rounds=1)
    benchmark.extra_info.update(found)
    assert found["click to first step"] <= 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=MEASURES, action="append")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    found: dict[Path, dict[str, list[float]]] = {checkout: {} for checkout in options.checkouts}
    for name in options.only or MEASURES:
        for _ in range(options.rounds):
            for checkout, values in found.items():
                measured = MEASURES[name](checkout.absolute())
                print(checkout, {key: round(value, 3) for key, value in measured.items()}, flush=True)
                for key, value in measured.items():
                    values.setdefault(key, []).append(value)
    for checkout, values in found.items():
        print(checkout, {key: round(statistics.median(all_of), 3) for key, all_of in values.items()})


if __name__ == "__main__":
    main()
