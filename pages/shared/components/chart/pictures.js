// A figure as a file: PNG for slides, SVG for print. Both get the page's ground, which the figure itself leaves open.
const ICONS = {
  png: "M4 4h16v16H4zM6 6v9l4-4 3 3 3-4 2 3V6zM8.5 7.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
  svg: "M3 3h5v4H6.8l4.4 9.5h1.6L17.2 7H16V3h5v4h-1.6l-5 11H16v4H8v-4h1.6l-5-11H3z",
};

export function pictureButtons(plotly, theme, name) {
  const button = (format, title) => ({
    name: `save_${format}`,
    title,
    icon: { width: 24, height: 24, path: ICONS[format] },
    click: (plot) => save(plotly(), plot, theme(), format, name()),
  });
  return [button("png", "Save as PNG"), button("svg", "Save as SVG")];
}

function save(plotly, plot, theme, format, filename) {
  const layout = { ...plot.layout, paper_bgcolor: theme.background };
  const size = { width: plot.offsetWidth, height: plot.offsetHeight, scale: format === "png" ? 2 : 1 };
  return plotly.downloadImage({ data: plot.data, layout, config: {} }, { format, filename, ...size });
}
