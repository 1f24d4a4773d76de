// The way a chosen face took over the map, from the first epoch to the one in view.
export const TRAILED = 30; // faces

export function trailsOf(faces, film, at, camera, now, people) {
  const { dimensions } = film;
  return faces.slice(0, TRAILED).map((face) => {
    const places = [];
    for (let number = 0; number < Math.min(at, film.frames); number++) {
      places.push(...film.frame(number).subarray(face * dimensions, (face + 1) * dimensions));
    }
    places.push(...now.subarray(face * dimensions, (face + 1) * dimensions));
    const screen = new Float32Array((places.length / dimensions) * 3);
    camera.project(places, screen);
    const points = [];
    for (let i = 0; i < screen.length; i += 3) {
      if (Number.isFinite(screen[i] + screen[i + 1])) points.push([screen[i], screen[i + 1]]);
    }
    return { points, colour: people.colours[people.person[face]] };
  });
}
