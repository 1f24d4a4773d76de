// What gestures, keys and buttons do to the map.
import { facesInside } from "./picking.js";

export function meaning(map) {
  const { timeline, camera, chosen } = map;
  const zoomed = () => {
    map.zoomedAt = performance.now();
    map.crowding = true;
    map.canvas.classList.toggle("zoomed", camera.touched);
    map.wake();
  };
  const step = (by) => map.goTo(timeline.goal + by);
  const means = {
    hover: (x, y) => map.point(x, y),
    leave: () => map.hover(-1),
    click: (x, y, more) => {
      map.point(x, y);
      chosen.click(map.hovered, more);
      map.choose();
    },
    pan: (dx, dy) => {
      camera.panBy(dx, dy);
      map.hover(-1);
      zoomed();
    },
    turn: (dx, dy) => {
      camera.turnBy(dx, dy);
      map.hover(-1);
    },
    deep: () => camera.deep,
    zoom: (x, y, factor) => {
      const changed = camera.zoomAt(x, y, factor);
      if (changed) zoomed();
      return changed;
    },
    zoomMiddle: (factor) => means.zoom(camera.width / 2, camera.height / 2, factor),
    fit: () => {
      camera.reset();
      zoomed();
    },
    lasso: () => {
      map.lassoing = !map.lassoing;
      map.tools.lasso.setAttribute("aria-pressed", String(map.lassoing));
      map.canvas.classList.toggle("lassoing", map.lassoing);
    },
    lassoing: () => Boolean(map.lassoing),
    draw: (line) => {
      map.lassoLine = line;
      map.hover(-1);
    },
    drawn: (line) => {
      map.lassoLine = null;
      chosen.faces = facesInside(map.screen, line, map.dimmed);
      means.lasso();
      map.choose();
    },
    toggle: () => {
      if (timeline.playing) timeline.pause();
      else timeline.play();
      map.wake();
    },
    step,
    first: () => map.goTo(0),
    last: () => map.goTo(timeline.last),
    scrub: (at) => {
      map.held = true;
      timeline.scrub(Math.min(timeline.last, Math.max(0, at)));
      map.crowding = true;
      map.wake();
    },
    settle: () => {
      map.held = false;
      map.goTo(timeline.goal);
    },
    speed: (value) => (timeline.speed = value),
    loop: (on) => {
      timeline.loop = on;
      map.bar.loop.setAttribute("aria-pressed", String(on));
    },
    trails: () => {
      map.trailing = !map.trailing;
      map.bar.trails.setAttribute("aria-pressed", String(map.trailing));
      map.wake();
    },
    show: (value) => {
      map.show = value;
      map.crowding = true;
      map.wake();
    },
    pointNext: (by) => {
      const seen = Array.from(map.dimmed, (_, face) => face).filter((face) => !map.dimmed[face]);
      if (!seen.length) return;
      const at = seen.indexOf(map.hovered);
      map.pointer = null;
      map.hover(seen[(at + by + seen.length + (at < 0 && by < 0 ? 1 : 0)) % seen.length]);
    },
    choosePointed: () => {
      if (map.hovered < 0) return;
      chosen.click(map.hovered, false);
      map.choose();
    },
    clear: () => {
      if (map.lassoing) return means.lasso();
      chosen.faces = [];
      map.people.clear();
      map.choose();
    },
  };
  return means;
}
