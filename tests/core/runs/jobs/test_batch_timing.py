from facenet_core.runs.jobs import batch_timing


def test_both_forms_take_some_time(monkeypatch):
    monkeypatch.setattr(batch_timing, "BUILT", (4, 4))
    monkeypatch.setattr(batch_timing, "EXACT", (6, 4))
    found = batch_timing.time_batch(0.2)
    assert set(found) == {"built", "exact"}
    assert all(0 < seconds < 1 for seconds in found.values())
