"""Pixels of one material -> their colours in the light."""

import numpy as np

from facenet_core.faces.heads.colours import frame_colour, hair_colour, muted, skin_colour
from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.features import paint_brows, paint_eyes, paint_mouth
from facenet_core.faces.heads.hair import CUTS, pole_of
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.light import Light
from facenet_core.faces.heads.materials import Material
from facenet_core.faces.heads.skin import beard_cover, lay, openness, skin_of
from facenet_core.faces.heads.smoothstep import along, bump, grain, ramp
from facenet_core.faces.heads.surface import Surface, around, matt_light, skin_light, skin_shine, strand_shine


def shade(material: Material, surface: Surface, identity: Identity, conditions: Conditions, light: Light) -> np.ndarray:
    """Return the colours (3, n) of pixels that show one material, in linear light."""
    if material == Material.SKIN:
        return _face(surface, identity, conditions, light)
    if material == Material.EAR:
        return _ear(surface, identity, light)
    if material == Material.NECK:
        return _bare(surface, identity, light)
    if material == Material.CLOTH:
        return _cloth(surface, identity, conditions, light)
    if material == Material.HAIR:
        return _hair(surface, identity, light)
    if material == Material.FRAME:
        return _frame(surface, conditions, light)
    return _hat(surface, conditions, light)


def _face(face: Surface, identity: Identity, conditions: Conditions, light: Light) -> np.ndarray:
    colours = skin_of(face, identity, conditions)
    shine = skin_shine(face, light)
    x, y, z = face.points
    side = np.abs(x)
    if identity.beard != "none":
        low = np.flatnonzero((y > 0.3) & (z > -0.25))
        _beard(colours, shine, face, low, identity, conditions)
    front = z > 0.2
    mouth = np.flatnonzero(front & (np.abs(y - identity.mouth_height - 0.03) < 0.26) & (side < 0.46))
    part = colours[:, mouth]
    wet = paint_mouth(part, face.part(mouth), identity, conditions)
    colours[:, mouth] = part
    shine[mouth] += 0.22 * wet * face.lit[mouth]
    brows = np.flatnonzero(
        front & (np.abs(y - identity.eye_height + identity.brow_height + 0.02) < 0.2) & (side < 0.65)
    )
    part = colours[:, brows]
    paint_brows(part, face.part(brows), identity, conditions)
    colours[:, brows] = part
    tip = identity.eye_height + identity.nose_length
    nostrils = 0.8 * bump(side, y, (identity.nose_width * 0.46, tip + 0.055), 0.2 * identity.nose_width + 0.008, 0.02)
    lay(colours, skin_colour(identity) * np.float32(0.12), nostrils * front)
    eyes = np.flatnonzero(front & (np.abs(y - identity.eye_height) < 0.2) & (side < 0.6))
    part = colours[:, eyes]
    glint, covered = paint_eyes(part, face.part(eyes), identity, conditions, light)
    colours[:, eyes] = part
    shine[eyes] *= 1 - covered
    lit: np.ndarray = colours * skin_light(face, light, openness(face, identity)) + light.key[:, None] * shine
    lit[:, eyes] += glint * np.float32(0.75) * (light.key + light.ambient)[:, None]
    return lit


def _beard(
    colours: np.ndarray, shine: np.ndarray, face: Surface, low: np.ndarray, identity: Identity, conditions: Conditions
) -> None:
    part = face.part(low)
    hairs = 0.62 + 0.76 * grain(part.points[0], part.points[1] * 0.55, 30, identity.pattern)
    cover = beard_cover(part, identity, conditions) * (0.75 + 0.25 * np.minimum(hairs, 1))
    colour = np.minimum(hair_colour(identity) * np.float32(0.85), skin_colour(identity) * np.float32(0.85))
    some = colours[:, low]
    lay(some, colour[:, None] * hairs, cover)
    colours[:, low] = some
    shine[low] *= 1 - 0.8 * cover


def _ear(ear: Surface, identity: Identity, light: Light) -> np.ndarray:
    ring = ear.places[0]
    hollow = 1 - 0.5 * ramp(ring, 0.75, 0.45) + 0.0 * ring
    tint = np.array([1.0, 0.9, 0.88], dtype=np.float32)
    colours: np.ndarray = (skin_colour(identity) * tint)[:, None] * skin_light(ear, light, hollow)
    return colours + light.key[:, None] * (0.5 * skin_shine(ear, light))


def _bare(neck: Surface, identity: Identity, light: Light) -> np.ndarray:
    below = 0.5 + 0.5 * ramp(neck.places[1], 0.85, 1.25)
    colours: np.ndarray = skin_colour(identity)[:, None] * skin_light(neck, light, below)
    return colours


def _cloth(cloth: Surface, identity: Identity, conditions: Conditions, light: Light) -> np.ndarray:
    angle, y = cloth.places
    front = np.abs(angle)
    edge = {
        "round neck": 1.15 + 0.1 * np.cos(angle).clip(0, 1),
        "pointed neck": 1.14 + 0.34 * (1 - front * 1.5).clip(0, 1),
        "collar": 1.05 + 0.12 * (1 - front * 3.2).clip(0, 1),
        "high neck": np.full_like(angle, 0.9),
    }[conditions.clothes]
    colour = muted(conditions.clothes_hue, conditions.clothes_light)
    weave = 0.94 + 0.12 * grain(angle * 2, y * 2, 14, 0.3)
    colours = colour[:, None] * weave
    hem = np.abs(y - edge - 0.035) < 0.03
    if conditions.clothes == "collar":
        flap = (y < edge + 0.13) & (front < 2.2)
        colours = np.where(flap, colours * 0.5 + 0.45, colours)
        hem = np.abs(y - edge - 0.13) < 0.008
    colours = np.where(hem, colours * np.float32(0.78), colours)
    open_ = 0.55 + 0.45 * ramp(y, 1.05, 1.35)
    lit: np.ndarray = colours * matt_light(cloth, light) * open_
    bare = np.flatnonzero(y < edge)
    if len(bare):
        lit[:, bare] = _bare(cloth.part(bare), identity, light)
    return lit


def _hair(hair: Surface, identity: Identity, light: Light) -> np.ndarray:
    x, y, z = hair.points
    cut = CUTS[identity.hair_style]
    colour = hair_colour(identity)
    pole = pole_of(identity)
    if cut.curl > 0.06 or identity.hair_style in ("afro", "puffs"):
        strand = grain(x + 0.5 * z, y + 0.3 * z, 9, identity.pattern) * 0.8
        strand += 0.3 * grain(x - z, y, 23, identity.pattern)
        bright = np.float32(0.14)
    else:
        dx, dy, dz = x - pole[0], y - pole[1], z - pole[2]
        away = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-3
        turn = np.arctan2(dx, np.where(np.abs(pole[2]) > 0.6, -dy, dz)) if abs(pole[2]) > 0.6 else np.arctan2(dx, dz)
        wave = cut.curl * 3 * np.sin(away * 9)
        strand = 0.65 * grain(turn * 1.6 + wave, away * 0.25, 9, identity.pattern)
        strand += 0.35 * grain(turn * 1.6 + wave, away * 0.4, 22, identity.pattern)
        bright = np.float32(0.42)
    facing = np.maximum((along(light.direction, hair.normals) + np.float32(0.25)) * np.float32(0.8), 0)
    fall = light.key[:, None] * (facing * hair.lit) + around(hair.normals, light)
    depth = 0.55 + 0.45 * ramp(hair.places[0], 0.0, 0.25)
    lit = colour[:, None] * fall * ((0.5 + strand) * depth)
    ring = strand_shine(hair, light, pole) * (0.35 + 1.1 * strand)
    tint = np.sqrt(colour) * np.float32(0.75) + np.float32(0.12)
    shine: np.ndarray = lit + (tint * light.key)[:, None] * (ring * bright * np.float32(0.55))
    return shine


def _frame(frame: Surface, conditions: Conditions, light: Light) -> np.ndarray:
    facing = np.maximum(along(light.halfway(), frame.normals), 0) ** 24
    colours: np.ndarray = frame_colour(conditions.glasses_tone)[:, None] * matt_light(frame, light)
    glossy: np.ndarray = colours + light.key[:, None] * (0.4 * facing * frame.lit)
    return glossy


def _hat(hat: Surface, conditions: Conditions, light: Light) -> np.ndarray:
    height, angle = hat.places
    colour = muted(conditions.hat_hue, 0.2 + 0.6 * ((7.3 * conditions.hat_hue) % 1))
    if conditions.hat == "beanie":
        ribs = 0.86 + 0.14 * np.cos(angle * 46)
        band = 1 - 0.25 * ramp(height, 0.2, 0.14) + 0.1 * ramp(height, 0.14, 0.1)
        knit = ribs * band
    else:
        knit = 1 - 0.3 * (np.abs(np.mod(angle * 3 / np.pi + 0.5, 1) - 0.5) < 0.02) * (height > 0.0)
    lit: np.ndarray = colour[:, None] * knit * matt_light(hat, light)
    return lit
