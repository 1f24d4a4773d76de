"""Figures and faces that stay put: one node per key, redrawn in place while its data change."""

from pages.shared.components.browser.media import send_follow, send_frames, send_picture, send_sprites
from pages.shared.components.browser.parts import Command, DragLine, Follow, Frames, Shows, Slider, Sprites, Title
from pages.shared.components.chart.chart import ChartEvents, chart
from pages.shared.components.gallery.gallery import Row, gallery
from pages.shared.components.photo_frame.frame import photo_frame

__all__ = [
    "ChartEvents",
    "Command",
    "DragLine",
    "Follow",
    "Frames",
    "Row",
    "Shows",
    "Slider",
    "Sprites",
    "Title",
    "chart",
    "gallery",
    "photo_frame",
    "send_follow",
    "send_frames",
    "send_picture",
    "send_sprites",
]
