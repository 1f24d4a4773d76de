"""Same or different: thresholds, rates, ROC and their intervals."""
