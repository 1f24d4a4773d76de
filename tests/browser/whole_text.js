// Text that is cut off, hangs out of its box, or lies on other text: a list of sentences, empty where all is whole.
() => {
  const SLACK = 1.5; // pixels: glyphs may hang out a little
  const SCROLLS = ["auto", "scroll"];
  const HIDDEN = ["hidden", "clip"];
  const problems = new Map();
  const tell = (kind, words, node) => {
    const name = node.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0] ?? node.closest("[data-testid]")?.dataset.testid ?? "";
    problems.set(`${kind}: "${words.trim().slice(0, 60)}" in ${name}`, node);
  };
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const left = (a, b) => a.left < b.left - SLACK || a.right > b.right + SLACK;
  const above = (a, b) => a.top < b.top - SLACK - 2 || a.bottom > b.bottom + SLACK + 2;
  const inner = (node) => {
    const box = node.getBoundingClientRect();
    return { left: box.left + node.clientLeft, right: box.left + node.clientLeft + node.clientWidth, top: box.top, bottom: box.bottom };
  };
  const readByMachinesOnly = (node) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || (style.clip !== "auto" && style.position === "absolute")) return true;
      const box = at.getBoundingClientRect();
      if (box.width <= 1 && box.height <= 1 && style.overflow !== "visible") return true;
    }
    return false;
  };

  // Every line of a text against the boxes around it, up to the first that can be scrolled.
  const checkLines = (text, node) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const lines = [...range.getClientRects()].filter((line) => line.width > 1 && line.height > 1);
    if (!lines.length || readByMachinesOnly(node)) return [];
    let inFlow = true; // what is placed elsewhere, such as a slider's number, is not held by the box
    const free = { x: false, y: false }; // beyond a box that scrolls, nothing is cut
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === "contents") continue;
      free.x ||= SCROLLS.includes(style.overflowX) && at.scrollWidth > at.clientWidth + SLACK;
      free.y ||= SCROLLS.includes(style.overflowY) && at.scrollHeight > at.clientHeight + SLACK;
      const box = inner(at);
      if (!free.x && HIDDEN.includes(style.overflowX) && lines.some((line) => left(line, box))) tell("cut sideways", text.data, node);
      if (!free.y && HIDDEN.includes(style.overflowY) && lines.some((line) => above(line, box))) tell("cut above or below", text.data, node);
      const drawn = inFlow && (style.borderLeftWidth !== "0px" || style.backgroundColor !== "rgba(0, 0, 0, 0)");
      if (drawn && style.display === "inline" && at.getClientRects().length > 1) tell("box broken over lines", text.data, node);
      else if (drawn && !free.x && lines.some((line) => left(line, at.getBoundingClientRect()))) tell("hangs out of its box", text.data, node);
      if (style.position === "fixed") break;
      if (style.position === "absolute") inFlow = false;
    }
    if (free.x) return lines;
    if (lines.some((line) => line.left < -SLACK || line.right > innerWidth + SLACK)) tell("outside the window", text.data, node);
    return lines;
  };

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const node = text.parentElement;
    if (!text.data.trim() || node.closest("svg, script, style, noscript, canvas, [data-testid=stSidebar][aria-expanded=false], [data-testid=stIconMaterial], [data-testid=stSidebar]") || !shown(node)) continue;
    const lines = checkLines(text, node);
    if (node.closest(".lab-chart, .lab-gallery, .lab-plane, .lab-sphere, .lab-sandbox, [class*=lab-]") && !node.closest(".lab-card")) texts.push(...lines.map((line) => ({ text: text.data, node, line })));
  }
  // A row of choices that share their borders must not break.
  for (const row of document.querySelectorAll("[data-testid=stButtonGroup] [role=radiogroup], [data-testid=stButtonGroup] [role=group]")) {
    const [first, ...others] = [...row.children].map((one) => [one.getBoundingClientRect(), one]);
    const shared = others.some(([box], i) => box.top === [first, ...others][i][0].top && box.left < [first, ...others][i][0].right + 1);
    if (shared && others.some(([box]) => box.top > first[0].bottom)) tell("choices break over lines and share borders", row.textContent, row);
  }
  for (const field of document.querySelectorAll("input, textarea, select, button")) {
    if (!shown(field)) continue;
    const words = field.value || field.placeholder;
    if (field.matches("input[type=text], input[type=search], input[type=number]") && field.scrollWidth > field.clientWidth + SLACK) tell("cut in its field", words, field);
  }

  // Corners of a text in a drawing, turned as it is turned.
  const corners = (node) => {
    const box = node.getBBox();
    const matrix = node.getScreenCTM();
    const trim = box.height * 0.15;
    return [[box.x, box.y + trim], [box.x + box.width, box.y + trim], [box.x + box.width, box.y + box.height - trim], [box.x, box.y + box.height - trim]]
      .map(([x, y]) => [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f]);
  };
  const apart = (a, b) =>
    [a, b].some((shape) =>
      [0, 1].some((side) => {
        const [dx, dy] = [shape[side + 1][0] - shape[side][0], shape[side + 1][1] - shape[side][1]];
        const length = Math.hypot(dx, dy) || 1;
        const along = (points) => points.map(([x, y]) => (x * dx + y * dy) / length);
        const [one, two] = [along(a), along(b)];
        return Math.max(...one) <= Math.min(...two) + 1 || Math.max(...two) <= Math.min(...one) + 1;
      }),
    );
  const quad = ({ left, right, top, bottom }) => [[left, top + 2], [right, top + 2], [right, bottom - 2], [left, bottom - 2]];
  for (const plot of document.querySelectorAll(".js-plotly-plot")) {
    if (!shown(plot)) continue;
    const frame = plot.querySelector(".svg-container").getBoundingClientRect();
    const found = [...plot.querySelectorAll(".main-svg text")]
      .filter((node) => node.textContent.trim() && node.getBBox().width && shown(node) && !node.closest(".hoverlayer"))
      .map((node) => ({ node, points: corners(node) }));
    for (const { node, points } of found) {
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      if (Math.min(...xs) < frame.left - SLACK || Math.max(...xs) > frame.right + SLACK) tell("leaves its figure sideways", node.textContent, node);
      if (Math.min(...ys) < frame.top - SLACK || Math.max(...ys) > frame.bottom + SLACK) tell("leaves its figure above or below", node.textContent, node);
    }
    for (const [i, one] of found.entries()) {
      for (const two of found.slice(i + 1)) {
        if (!apart(one.points, two.points)) tell(`lies on "${two.node.textContent.slice(0, 30)}"`, one.node.textContent, one.node);
      }
      for (const { text, node, line } of texts) {
        if (plot.contains(node) && !apart(one.points, quad(line))) tell(`lies on "${text.slice(0, 30)}"`, one.node.textContent, one.node);
      }
    }
  }
  return [...problems.keys()];
}
