// Streamlit's theme, light or dark, for Plotly: what a figure sets itself wins.
export function readTheme(node) {
  const style = getComputedStyle(node);
  const read = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  return {
    text: read("text-color", "#1f2328"),
    background: read("background-color", "#ffffff"),
    line: read("border-color", "#d0d4d9"),
    font: read("font", "sans-serif"),
  };
}

export function template({ text, background, line, font }) {
  const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, tickcolor: line, automargin: true, ticklabelstandoff: 4, title: { font: { size: 15 } } };
  const spatial = { ...axis, backgroundcolor: "rgba(0,0,0,0)", color: text };
  return {
    layout: {
      font: { family: font, size: 15, color: text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: spatial, yaxis: spatial, zaxis: spatial },
      hoverlabel: { bgcolor: background, bordercolor: line, font: { family: font, size: 15, color: text } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: text, activecolor: text },
      legend: { bgcolor: "rgba(0,0,0,0)" },
    },
  };
}
