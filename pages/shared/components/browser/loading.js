// Loads a script or a style once, however many figures ask for it.
const loaded = new Map();

function once(url, load) {
  if (!loaded.has(url)) loaded.set(url, load());
  return loaded.get(url);
}

const PATIENCE = 2000; // milliseconds

export function loadPlotly(url) {
  return once(url, async () => {
    await mapFirst();
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.min.js did not arrive"));
      document.head.append(script);
    });
  });
}

// To read so large a script takes most of a second in which nothing is drawn: a map of faces on its way comes first.
function mapFirst() {
  const until = performance.now() + PATIENCE;
  return new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(".lab-face-map:not([data-state])") && performance.now() < until) setTimeout(look, 30);
      else resolve();
    };
    look();
  });
}

export function loadStyle(url) {
  return once(url, () =>
    new Promise((resolve) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: url, onload: resolve, onerror: resolve });
      document.head.append(link);
    }),
  );
}
