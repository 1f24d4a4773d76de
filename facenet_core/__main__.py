"""``python -m facenet_core``."""

import sys

from facenet_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
