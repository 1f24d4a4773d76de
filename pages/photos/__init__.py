"""Own photos."""
