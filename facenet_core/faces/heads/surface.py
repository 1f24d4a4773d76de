"""What the pixels of one material show, and how skin, hair, cloth and frames take the light."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.heads.light import Light
from facenet_core.faces.heads.smoothstep import along


@dataclass(frozen=True, slots=True)
class Surface:
    """The pixels that show one material; n of them.

    Attributes:
        points: (3, n) of the head: right, down, forward.
        normals: (3, n), unit length.
        places: (2, n); see ``Mesh``.
        lit: (n,) share of the lamp's light that reaches them.
        pixels: Pixels to half a head's height, for soft edges.
    """

    points: np.ndarray
    normals: np.ndarray
    places: np.ndarray
    lit: np.ndarray
    pixels: float

    def part(self, chosen: np.ndarray) -> "Surface":
        """Return some of the pixels, by number."""
        return Surface(
            self.points[:, chosen], self.normals[:, chosen], self.places[:, chosen], self.lit[chosen], self.pixels
        )

    def __len__(self) -> int:
        return len(self.lit)


def skin_light(surface: Surface, light: Light, open_: np.ndarray) -> np.ndarray:
    """Return the light (3, n) that skin sends back; red goes farther round into the shadow than blue.

    Args:
        surface: The skin.
        light: The light.
        open_: (n,) share of the surroundings that a point sees.
    """
    facing = along(light.direction, surface.normals)
    key = np.empty_like(surface.normals)
    for channel, wrap in enumerate((0.34, 0.2, 0.15)):
        soft = np.maximum((facing + np.float32(wrap)) * np.float32(1 / (1 + wrap)), 0)
        key[channel] = soft * light.key[channel]
    key *= (np.float32(0.28) + np.float32(0.72) * surface.lit) * (0.35 + 0.65 * open_)  # skin passes light on
    sent_back: np.ndarray = key + around(surface.normals, light) * open_
    return sent_back


def around(normals: np.ndarray, light: Light) -> np.ndarray:
    """Return the light (3, n) from the surroundings: more from above."""
    sky = np.float32(0.82) + np.float32(0.26) * (along(light.up, normals))
    sky_light: np.ndarray = light.ambient[:, None] * sky
    return sky_light


def skin_shine(surface: Surface, light: Light) -> np.ndarray:
    """Return the lamp's mirror image (n,) on skin, and the faint edge seen where skin is looked along."""
    facing = np.maximum(along(light.halfway(), surface.normals), 0)
    broad = facing**2
    for _ in range(3):
        broad = broad * broad
    edge = 1 - np.maximum(along(light.viewer, surface.normals), 0)
    shine: np.ndarray = (np.float32(0.13) * broad + np.float32(0.12) * edge**4) * surface.lit
    return shine


def matt_light(surface: Surface, light: Light, wrap: float = 0.1) -> np.ndarray:
    """Return the light (3, n) that cloth and the like send back."""
    facing = np.maximum((along(light.direction, surface.normals) + np.float32(wrap)) * np.float32(1 / (1 + wrap)), 0)
    reflected: np.ndarray = light.key[:, None] * (facing * surface.lit) + around(surface.normals, light)
    return reflected


def strand_shine(surface: Surface, light: Light, pole: np.ndarray) -> np.ndarray:
    """Return how brightly hairs that run away from ``pole`` (3,) shine, (n,), after Kajiya and Kay (1989)."""
    strands = surface.points - pole[:, None]
    strands -= surface.normals * np.einsum("in,in->n", strands, surface.normals)
    strands /= np.sqrt(np.einsum("in,in->n", strands, strands)) + 1e-5
    across = along(light.halfway(), strands)
    ring = np.maximum(1 - across * across, 0)
    ring = ring**4
    bright: np.ndarray = ring**4 * surface.lit
    return bright
