// Loads a script or a style once, however many figures ask for it.
const loaded = new Map();

function once(url, load) {
  if (!loaded.has(url)) loaded.set(url, load());
  return loaded.get(url);
}

export function loadPlotly(url) {
  return once(url, () =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.min.js did not arrive"));
      document.head.append(script);
    }),
  );
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
