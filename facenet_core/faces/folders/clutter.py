"""What systems and programs leave behind in folders and archives: passed over by every reader."""

_NAMES = frozenset(
    (
        "__macosx",
        "__pycache__",
        "thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "picasa.ini",
        "icon\r",
        "zbthumbnail.info",
        "@eadir",  # network drives: thumbnails, recycle bins, snapshots
        "#recycle",
        "@recycle",
        "#snapshot",
        "@recently-snapshot",
        "$recycle.bin",
        "recycler",
        "system volume information",
        "lost+found",
        "network trash folder",
        "temporary items",
    )
)
_BEGINS = (".", "~$")  # hidden, ``._x.jpg`` of macOS among them; locks of office programs


def is_clutter(name: str) -> bool:
    """Return whether a file or folder of this name is hidden, or one that a system leaves behind."""
    return name.lower() in _NAMES or (name.startswith(_BEGINS) and name not in (".", ".."))
