// A figure for those who do not see it or do not point: the drawing is said in words, its toolbar is one stop of Tab.
import { Roving } from "./roving.js";

// Returns the toolbar's keys; the same ones while Plotly keeps the bar.
export function oneStop(plot, before) {
  plot.querySelectorAll(".main-svg").forEach((drawing) => drawing.setAttribute("aria-hidden", "true"));
  const bar = plot.querySelector(".modebar");
  if (!bar?.querySelector("button")) return before;
  bar.setAttribute("aria-label", "The figure's tools");
  const keys = before?.group === bar ? before : new Roving(bar, "button");
  keys.use();
  return keys;
}
