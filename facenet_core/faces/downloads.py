"""What the sources that are downloaded once share: where they are kept, and what to say without a network."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

from facenet_core.faces.errors import FacesError, NoNetwork


def data_home(path: str | Path | None, root: Path) -> Path:
    """Return the folder that scikit-learn's loaders download to, or read an offline copy from."""
    if path is None:
        home = root / "downloads"
        home.mkdir(parents=True, exist_ok=True)
        return home
    home = Path(path).expanduser()
    if not home.is_dir():
        raise FacesError(f"There is no folder {home}: name the folder that holds the downloaded faces, or leave it out")
    return home


@contextlib.contextmanager
def plain_network_errors(what: str) -> Iterator[None]:
    """Turn what a download can raise into one sentence about ``what``.

    Raises:
        NoNetwork: The server could not be reached.
        FacesError: What was downloaded cannot be used, or cannot be written.
    """
    try:
        yield
    except FacesError:
        raise
    except HTTPError as error:
        raise NoNetwork(
            f"{what} cannot be downloaded now (the server answers {error.code}): try again later"
        ) from error
    except (URLError, TimeoutError, ConnectionError) as error:
        raise NoNetwork(
            f"{what} must be downloaded once and the network does not answer: connect and try again (what came is "
            "kept and the next try goes on), or choose the synthetic class, which needs no network"
        ) from error
    except OSError as error:  # scikit-learn's own word for a file whose checksum is wrong, or for a full disk
        raise FacesError(
            f"{what} could not be downloaded and unpacked ({error}): free some space and try again"
        ) from error
