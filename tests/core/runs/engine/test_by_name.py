"""A job on its way is made of names and bytes: what stands between needs none of our modules."""

import os.path
import pickle
import subprocess
import sys

import numpy as np
import pytest

from facenet_core.config import FacesConfig
from facenet_core.runs.engine.by_name import call_by_name, job_by_name, name_of
from facenet_core.runs.job_status import read_job
from facenet_core.runs.records import RunRequest


def test_a_job_can_be_unpickled_without_the_project_and_without_numpy(tmp_path):
    job = job_by_name(read_job, [FacesConfig(), np.ones((2, 2)), {"a": (1, None)}])
    (tmp_path / "job").write_bytes(pickle.dumps(job))
    code = (
        "import pickle, sys; pickle.load(open('job', 'rb')); "
        "sys.exit(any(name.partition('.')[0] in ('facenet_core', 'numpy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, check=False).returncode == 0


def test_a_worker_calls_the_function_with_the_arguments():
    call, (resolve, here), name, packed, at_once = job_by_name(os.path.join, ["a", "b"])
    assert call(resolve(here), name, packed, at_once) == os.path.join("a", "b")
    assert call_by_name(name, packed) == os.path.join("a", "b")


def test_arguments_arrive_as_they_were_sent():
    sent = [np.arange(6, dtype=np.float32).reshape(2, 3), FacesConfig(people=3), ["x", 1.5], {"k": None}, (1, 2)]
    _, _, _, packed, _ = job_by_name(repr_of, sent)
    assert call_by_name(name_of(repr_of).replace(__name__, "tests.core.runs.engine.test_by_name"), packed) == repr(
        tuple(sent)
    )


def repr_of(*args):
    return repr(args)


@pytest.mark.parametrize("function", [lambda: None, RunRequest.to_json])
def test_what_no_worker_can_import_is_refused(function):
    with pytest.raises(ValueError, match="cannot import"):
        name_of(function)
