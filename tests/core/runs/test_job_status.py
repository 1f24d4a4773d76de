"""Jobs beside the runs: what their file says while they work and when they have ended."""

import pytest

from facenet_core.runs.job_status import JobStatus, Reporter, read_job, telling


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_job_that_ends_has_got_as_far_as_it_told_last(tmp_path, ends_well):
    def work(report: Reporter) -> dict[str, int]:
        for done in (1, 2, 3):  # too quick for all of them to be written
            report.tell(JobStatus(state="running", done=done, total=3, what="parts"))
        if not ends_well:
            raise ValueError("The last part broke: try again.")
        return {"parts": 3}

    telling(str(tmp_path / "job-1.json"), "All is there.", work)
    told = read_job(tmp_path, "job-1")
    assert (told.done, told.total, told.what) == (3, 3, "parts")
    assert told.state == ("finished" if ends_well else "failed")
