"""Hair: a cap that grows out of the head above the hairline, and what falls or is tied up beyond it."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.glasses_and_hats import room_below
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.materials import Material
from facenet_core.faces.heads.mesh import Mesh, grid_mesh, sphere_grid, tube
from facenet_core.faces.heads.skull import Skull, down_to
from facenet_core.faces.heads.smoothstep import grain, ramp

Knot = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A way to wear hair; lengths in half head heights.

    Attributes:
        top: How far it stands off the head above.
        side: How far it stands off at the sides.
        front: Height of the hairline over the forehead.
        temple: Height of the hairline between eye and ear.
        ear: How far down it reaches before the ear.
        nape: How far down it reaches at the back.
        falls: Down to where it falls beside and behind the face; 0 for not at all.
        opening: Angle from the front at which what falls begins.
        curl: How uneven its outside is.
        pole: From where on the head the hairs run away: right, down, forward.
        knots: Buns: place and radius.
        soft: How far from the hairline it reaches its full thickness.
    """

    top: float
    side: float
    front: float = -0.5
    temple: float = -0.22
    ear: float = 0.12
    nape: float = 0.55
    falls: float = 0.0
    opening: float = 1.2
    curl: float = 0.0
    pole: tuple[float, float, float] = (0.0, -0.85, -0.45)
    knots: tuple[Knot, ...] = ()
    soft: float = 0.2


CUTS = {
    "buzz cut": Cut(top=0.025, side=0.012),
    "short": Cut(top=0.16, side=0.06, pole=(0.0, -0.8, 0.1)),
    "side parting": Cut(top=0.19, side=0.07, front=-0.53),
    "quiff": Cut(top=0.17, side=0.045, front=-0.56, temple=-0.3, pole=(0.0, -0.5, 0.9)),
    "fringe": Cut(top=0.17, side=0.13, front=-0.25, temple=-0.02, ear=0.62, nape=0.8),
    "receding": Cut(top=0.04, side=0.12, front=-0.86, temple=-0.56, ear=0.16),
    "curls": Cut(top=0.26, side=0.07, front=-0.45, temple=-0.2, ear=0.1, curl=0.13),
    "afro": Cut(top=0.42, side=0.4, front=-0.5, temple=-0.2, ear=0.22, nape=0.6, curl=0.05, soft=0.3),
    "bob": Cut(top=0.16, side=0.14, front=-0.5, temple=-0.18, ear=0.4, falls=0.82, opening=1.12),
    "long": Cut(top=0.14, side=0.1, front=-0.52, temple=-0.2, ear=0.4, falls=1.75, opening=1.18),
    "wavy": Cut(top=0.19, side=0.15, front=-0.5, temple=-0.18, ear=0.4, falls=1.5, opening=1.15, curl=0.035),
    "bun": Cut(
        top=0.08,
        side=0.05,
        front=-0.58,
        temple=-0.3,
        pole=(0.0, -1.0, -0.55),
        knots=((0.0, -1.12, -0.42, 0.34),),
        soft=0.6,
    ),
    "puffs": Cut(
        top=0.07,
        side=0.05,
        front=-0.58,
        temple=-0.3,
        curl=0.03,
        pole=(0.0, -0.9, 0.5),
        knots=((-0.72, -0.84, -0.15, 0.36), (0.72, -0.84, -0.15, 0.36)),
        soft=0.6,
    ),
    "ponytail": Cut(top=0.09, side=0.05, front=-0.58, temple=-0.3, pole=(0.0, -0.7, -0.9), soft=0.6),
    "pixie": Cut(top=0.2, side=0.1, front=-0.36, temple=-0.1, ear=0.3, nape=0.6),
}
_EVEN = Cut(top=0.0, side=0.0)
_ROWS = 30


def hairline(skull: Skull, identity: Identity) -> np.ndarray:
    """Return how far above the hairline (rows, columns) each point of the head lies; below 0 the skin is bare."""
    x, y = skull.points[..., 0], skull.points[..., 1]
    if identity.hair_style == "bald":
        return np.full_like(y, -1)
    cut = CUTS[identity.hair_style]
    moved = identity.hair_line
    heights = [cut.front + moved, cut.front + 0.03 + moved, cut.temple + 0.6 * moved, cut.ear, cut.ear - 0.02, cut.nape]
    border = np.interp(skull.around, [0.0, 0.45, 0.92, 1.24, 1.6, 2.2], heights)
    if identity.hair_style in ("side parting", "pixie"):
        border = border - 0.1 * np.exp(-(((x - identity.parting) * 5) ** 2)) * (skull.around < 1.5)
    elif identity.hair_style in ("bob", "long", "wavy"):
        border = border - 0.1 * np.exp(-(((x - 0.5 * identity.parting) * 4.5) ** 2)) * (skull.around < 1.5)
    elif identity.hair_style in ("receding", "quiff"):
        border = border - 0.1 * np.exp(-(((np.abs(x) - 0.36) * 6) ** 2)) * (skull.around < 1.5)
    above: np.ndarray = (border - y).astype(np.float32)
    return above


def _stand_off(skull: Skull, identity: Identity, cut: Cut) -> np.ndarray:
    """Return how far (rows, columns) hair stands off the head."""
    x, y, z = (skull.points[..., axis] for axis in range(3))
    above, high = skull.above, ramp(-y, -0.05, 0.75)
    thick = (cut.side + (cut.top - cut.side) * high) * identity.hair_volume
    style = identity.hair_style
    if style in ("side parting", "long", "bob", "wavy"):
        part = identity.parting * (1.0 if style == "side parting" else 0.5)
        front = ramp(z, -0.5, 0.2) * high
        thick = thick - 0.09 * np.exp(-(((x - part) * 9) ** 2)) * front
        if style == "side parting":
            thick = thick + 0.06 * ramp((part - x) * (1 if part > 0 else -1), 0.05, 0.5) * front
    elif style == "quiff":
        thick = thick + 0.17 * identity.hair_volume * ramp(z, -0.2, 0.6) * ramp(-y, 0.4, 0.8)
    elif style == "pixie":
        sweep = ramp(x * (-1 if identity.parting > 0 else 1), -0.4, 0.5)
        thick = thick + 0.05 * sweep * ramp(z, 0, 0.5)
    if cut.curl:
        rough = grain(x + 0.6 * z, y, 3.6, identity.pattern) + grain(z, x - y, 3.6, identity.pattern) - 1
        thick = thick + cut.curl * rough
    else:
        thick = thick * (0.88 + 0.24 * grain(np.arctan2(x, -y) * 1.2 + z, z * 0.3, 3.0, identity.pattern))
    edge = ramp(above, -0.01, cut.soft) ** 0.6
    if style in ("fringe", "pixie"):
        edge = np.maximum(edge, 0.6)
    standing: np.ndarray = np.maximum(thick, 0.02) * edge
    standing[-1] = -0.03  # it grows out of the skin
    return standing


def hair_meshes(skull: Skull, above: np.ndarray, identity: Identity, conditions: Conditions) -> list[Mesh]:
    """Make the hair.

    Args:
        skull: The head.
        above: What ``hairline`` returned.
        identity: Whose hair.
        conditions: Whether there is a hat over it.
    """
    if identity.hair_style == "bald":
        return []
    cut = CUTS[identity.hair_style]
    ragged = above + 0.03 * (grain(skull.points[..., 0], skull.points[..., 1] * 0.1, 9, identity.pattern) - 0.5)
    skull = down_to(skull, ragged, _ROWS)
    thick = _stand_off(skull, identity, cut)
    if conditions.hat != "none":
        thick = np.minimum(thick, room_below(skull, conditions))
    outwards = skull.normals * thick[..., None]
    outwards[..., 1] += 0.25 * np.maximum(thick - 0.2, 0) * (skull.points[..., 1] > 0)  # large hair sinks a little
    points = skull.points + outwards
    places = np.stack([skull.above, skull.above], axis=-1)
    meshes = [grid_mesh(points, places, Material.HAIR, closed=True)]
    if cut.falls:
        meshes += _falling(skull, identity, cut)
    if identity.hair_style == "ponytail":
        meshes.append(_ponytail(identity))
    meshes += [_knot(knot, identity, cut) for knot in cut.knots if conditions.hat == "none"]
    return meshes


def _falling(skull: Skull, identity: Identity, cut: Cut) -> list[Mesh]:
    """Make the sheet that falls behind and beside the face, and the two locks along its front edges."""
    volume = identity.hair_volume
    angle = np.linspace(cut.opening, 2 * np.pi - cut.opening, 30)[None, :]
    y = np.linspace(-0.55, cut.falls, 22)[:, None]
    wide = identity.head_width + 0.05 + cut.side * 0.8 * volume
    bulge = 1 - 0.3 * ramp(-y, 0.1, 0.9) + (0.1 if cut.falls > 1 else -0.04) * ramp(y, 0.5, 1.4)
    wave = 1 + cut.curl * np.sin(8.5 * y + 1.5 * np.cos(angle)) + 0.02 * np.sin(13 * angle + 2 * y)
    deep = identity.head_depth * 0.95 + cut.side * volume * 0.5
    x = wide * bulge * wave * np.sin(angle)
    forwards = 0.16 * ramp(y, 0.3, 1.3) * (cut.falls > 1) * ramp(np.cos(angle), -0.2, 0.3)
    z = deep * bulge * wave * np.cos(angle) - 0.06 + forwards
    ends = 0.07 * (grain(angle * 1.5, angle * 0, 4, identity.pattern) - 0.5) * ramp(y, cut.falls - 0.4, cut.falls)
    points = np.stack(np.broadcast_arrays(x, y + ends, z), axis=-1)
    places = np.stack(np.broadcast_arrays(np.full_like(y, 1.0), angle), axis=-1)
    sheet = grid_mesh(points, places, Material.HAIR, closed=False, two_sided=True)
    locks = []
    for column, number in ((0, 0), (-1, 1)):
        path = points[:, column].astype(np.float64)
        path[:, 0] *= 0.96
        radius = np.interp(y[:, 0], [-0.55, -0.1, 0.4, cut.falls], [0.06, 0.1, 0.12, 0.05])
        locks.append(tube(path, radius * (0.7 + 0.3 * volume), Material.HAIR, 8, place=float(number)))
    return [sheet, *locks]


def _ponytail(identity: Identity) -> Mesh:
    """Make a tail that hangs over one shoulder."""
    side = 1.0 if identity.parting > 0 else -1.0
    t = np.linspace(0, 1, 16)
    x = side * (0.1 + 0.95 * np.sin(t * 1.5))
    y = -0.42 - 0.28 * np.sin(np.pi * t * 0.6) + 2.0 * t**1.8
    z = -0.95 - 0.3 * np.sin(np.pi * t) + 0.85 * t**2
    radius = np.interp(t, [0, 0.08, 0.35, 0.8, 1], [0.09, 0.15, 0.29, 0.23, 0.04]) * identity.hair_volume
    return tube(np.stack([x, y, z], axis=-1), radius, Material.HAIR, 12, place=0.3)


def _knot(knot: Knot, identity: Identity, cut: Cut) -> Mesh:
    x, y, z, radius = knot
    directions = sphere_grid(16, 22)
    size = radius * (0.55 + 0.45 * identity.hair_volume)
    if cut.curl:
        rough = grain(directions[..., 0] + directions[..., 2], directions[..., 1], 3.2, identity.pattern)
        reach = size * (0.9 + 0.25 * rough[..., None])
    else:
        swirl = np.arctan2(directions[..., 2], directions[..., 0]) + 2 * directions[..., 1]
        reach = size * (1 + 0.035 * np.sin(6 * swirl)[..., None])
    points = directions * reach * np.array([1, 0.9, 1]) + np.array([x * (identity.head_width / 0.71), y, z])
    places = np.stack([np.full(directions.shape[:2], 1.0), directions[..., 1]], axis=-1)
    return grid_mesh(points, places, Material.HAIR, closed=True)


def pole_of(identity: Identity) -> np.ndarray:
    """Return (3,): from where the hairs run away."""
    cut = CUTS.get(identity.hair_style, _EVEN)
    x = 0.0 if cut.soft > 0.3 or cut.curl > 0.04 else identity.parting * 0.7
    return np.array([x + cut.pole[0], cut.pole[1], cut.pole[2]], dtype=np.float32)
