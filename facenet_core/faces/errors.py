"""What can be wrong with faces; each message is one sentence for the person in front of the screen."""


class FacesError(ValueError):
    """A set of faces cannot be used; the message says why and what to do."""


class NoNetwork(FacesError):
    """A set has to be downloaded and the network does not answer."""


class PictureError(ValueError):
    """One picture cannot be used.

    Attributes:
        reason: Why, without the picture's name.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be used: {reason}")
        self.reason = reason
