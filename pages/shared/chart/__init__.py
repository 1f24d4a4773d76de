"""Figures and faces that stay put: one node per key, redrawn in place while its data change."""

from pages.shared.chart.chart import ChartEvents, chart
from pages.shared.chart.frame import photo_frame
from pages.shared.chart.gallery import Row, gallery
from pages.shared.chart.media import send_follow, send_frames, send_picture, send_sprites
from pages.shared.chart.parts import Command, DragLine, Follow, Frames, Shows, Slider, Sprites, Title

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
