from facenet_core.runs.batch_timing import time_batch


def test_both_forms_take_some_time():
    found = time_batch(0.2)
    assert set(found) == {"built", "exact"}
    assert all(0 < seconds < 1e-3 for seconds in found.values())
