"""The server process shows stored state: what is heavy is never imported into it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.pages.conftest import PAGES

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "umap", "sklearn", "skimage", "numba", "scipy")
VISIT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from streamlit.testing.v1 import AppTest
from pages.shared.runs import session
from pages.shared.runs.preload import import_shared
from tests.pages.conftest import PAGES
from tests.pages.made_run import make_run
from tests.pages.still_engine import StillEngine
data = Path(sys.argv[1])
session.open_engine = lambda folder: StillEngine(data)
run = make_run(data / "runs")
app = AppTest.from_file("app.py", default_timeout=60).run()
for page in {PAGES!r}:
    app.query_params["run"] = run.id
    app.switch_page(f"pages/{{page}}/page.py").run()
    assert not app.exception, page
import_shared()
print(",".join(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_pages_import_nothing_heavy(tmp_path):
    surroundings = os.environ | {"FACENET_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", VISIT, str(tmp_path)], cwd=ROOT, env=surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == ""
