"""Numbers -> Plotly figures that several lessons show."""
