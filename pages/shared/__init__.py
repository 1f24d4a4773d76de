"""What the lessons share: figures, controls, the run in view, and the chart they are drawn on."""
