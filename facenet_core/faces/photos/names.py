"""Names of files and people from outside: kept in every script, without what would not show or would mislead."""

import unicodedata

LONGEST = 80  # characters
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, direction marks, halves of characters
_JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts (and emoji) are written


def clean_name(name: str) -> str:
    """Return a name that can be shown: composed, on one line, without invisible characters, at most 80 long."""
    text = unicodedata.normalize("NFC", name)
    shown = "".join(
        character if character in _JOINERS or unicodedata.category(character) not in _INVISIBLE else " "
        for character in text
    )
    return " ".join(shown.split())[:LONGEST].strip()


def person_in(path: str) -> str:
    """Return the person that a file's folder names, ``class/Ann Lee/1.jpg`` -> ``Ann Lee``; empty without a folder."""
    parts = [part for part in path.replace("\\", "/").split("/") if part]
    return clean_name(parts[-2]) if len(parts) > 1 else ""
