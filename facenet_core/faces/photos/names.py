"""Names of files and people from outside: kept in every script, without what would not show or would mislead."""

from facenet_core.faces.folders.person_names import in_one_form

LONGEST = 80  # characters


def clean_name(name: str) -> str:
    """Return a name that can be shown: composed, on one line, without invisible characters, at most 80 long."""
    return in_one_form(name)[:LONGEST].strip()


def person_in(path: str) -> str:
    """Return the person that a file's folder names, ``class/Ann Lee/1.jpg`` -> ``Ann Lee``; empty without a folder."""
    parts = [part for part in path.replace("\\", "/").split("/") if part]
    return clean_name(parts[-2]) if len(parts) > 1 else ""
