"""Who is it: galleries, probes, open sets, enrolment and classifiers."""
