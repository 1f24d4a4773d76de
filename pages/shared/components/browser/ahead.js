// Fetches what other lessons need while the first one is looked at: over thirty small files take long one by one.
const ROOMS = new URL("../", import.meta.url);
const AFTER = 2000; // milliseconds: what the first page shows comes first
let begun = false;

export function fetchAhead() {
  if (begun) return;
  begun = true;
  const idle = window.requestIdleCallback ?? ((call) => setTimeout(call, 1000));
  setTimeout(() => idle(hintAll), AFTER);
}

async function hintAll() {
  const answer = await fetch(new URL("browser/ahead.json", ROOMS));
  const names = answer.ok ? await answer.json() : [];
  for (const name of names) hint(new URL(name, ROOMS).href, name.endsWith(".js") ? "modulepreload" : "prefetch");
}

function hint(href, rel) {
  document.head.append(Object.assign(document.createElement("link"), { rel, href }));
}
