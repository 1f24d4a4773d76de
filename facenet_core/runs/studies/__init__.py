"""Several trainings with one question: atlas, baselines, LFW's View 2, a classifier beside an embedding."""
