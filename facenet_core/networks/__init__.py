"""Embedding networks: an image becomes a point."""

from facenet_core.networks.building import build_network
from facenet_core.networks.table import LayerRow, NetworkTable, describe_network, layer_table

__all__ = ["LayerRow", "NetworkTable", "build_network", "describe_network", "layer_table"]
