"""What a process does with memory that it has freed: a worker keeps it for its next step, a server hands it back."""

import ctypes
import os

# glibc's names in its malloc.h, and the variables that set the same for processes started from here.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_VARIABLES = {
    _TRIM_THRESHOLD: "MALLOC_TRIM_THRESHOLD_",
    _MMAP_THRESHOLD: "MALLOC_MMAP_THRESHOLD_",
    _ARENA_MAX: "MALLOC_ARENA_MAX",
}
KEPT_BYTES = 512 * 2**20
"""Freed memory at the end of the heap that a worker may keep."""
LARGEST_IN_HEAP = 32 * 2**20
"""Blocks up to this size come from a worker's heap; glibc allows no more."""
HANDED_BACK_BYTES = 2**18
"""In a server, freed memory from this size on goes back at once, at the heap's end as in a block of its own."""


def keep_freed_memory() -> None:
    """Have this process, and those it starts, keep freed memory for what comes next.

    Embedding the tracked faces between two epochs leaves the heap with free memory at its end. glibc hands that
    back, and the next step faults in 10,000 pages anew: 60 ms, two steps' time, at every epoch. One heap for all
    threads, since a worker trains in a thread whose own heap could not hold a batch. Without glibc nothing happens.
    """
    wanted = {_TRIM_THRESHOLD: KEPT_BYTES, _MMAP_THRESHOLD: LARGEST_IN_HEAP, _ARENA_MAX: 1}
    for option, variable in _VARIABLES.items():
        os.environ.setdefault(variable, str(wanted[option]))
    _tell_glibc(wanted)


def hand_back_freed_memory() -> None:
    """Have this process, but not those it starts, hand freed memory back as soon as it can.

    A server runs every learner's script in a thread of its own. With a heap for each of them, every heap keeps what
    was once needed there: 193 MB after five pages, and 159 MB with one heap. Without glibc nothing happens.
    """
    _tell_glibc({_TRIM_THRESHOLD: HANDED_BACK_BYTES, _MMAP_THRESHOLD: HANDED_BACK_BYTES, _ARENA_MAX: 1})


def hand_back_now() -> None:
    """Hand back what this process keeps for later: a worker at rest needs none of it.

    The next step faults it in anew, once. Without glibc nothing happens.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def _tell_glibc(wanted: dict[int, int]) -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        for option, value in wanted.items():
            mallopt(option, value)
