// Words and numbers of figures that are too faint on the page: a list of sentences, empty where all can be read.
() => {
  const LEAST = 4.5; // WCAG 2.2, 1.4.3
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    const scale = text.startsWith("color(") ? 255 : 1;
    return [...numbers.slice(0, 3).map((value) => value * scale), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, two) => {
    const [a, b] = [light(one), light(two)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const filled = (node) => {
    const { fill, fillOpacity, opacity } = getComputedStyle(node);
    const [r, g, b, a] = parse(fill);
    return [r, g, b, a * Number(fillOpacity) * Number(opacity)];
  };
  const ground = parse(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  const problems = new Set();
  for (const text of document.querySelectorAll(".js-plotly-plot .main-svg text")) {
    const inFill = text.closest(".hm, .heatmaplayer, .bartext, .hoverlayer"); // Plotly picks black or white there
    if (inFill || !text.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const pieces = text.querySelector("tspan") ? text.querySelectorAll("tspan") : [text];
    for (const piece of pieces) {
      const words = [...piece.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
      if (!/[\p{L}\p{N}]/u.test(words)) continue; // a sign of the legend: a piece of the line, not words
      const back = text.parentElement.querySelector(":scope > rect.bg");
      const under = back ? over(filled(back), ground) : ground;
      const found = contrast(over(filled(piece), under), under);
      if (found < LEAST) problems.add(`"${words}": ${found.toFixed(2)} in ${text.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0]}`);
    }
  }
  return [...problems];
}
