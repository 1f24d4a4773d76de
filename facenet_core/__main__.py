"""``python -m facenet_core``."""

import os
import sys

# Before numpy is loaded, here and in the workers that this starts: OpenBLAS lets its threads wait awake for 20 ms
# and more after a product, on cores that the next training step needs (its first step took three times as long).
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

from facenet_core.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
