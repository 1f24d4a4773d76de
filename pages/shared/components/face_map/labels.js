// The names of few isolated people, over their faces.
const MOST = 8; // people

export function labelsOf({ people, cast, screen, size }) {
  const { only } = people;
  if (!only || only.size > MOST) return [];
  return [...only].flatMap((person) => {
    const own = [];
    cast.person.forEach((p, face) => p === person && Number.isFinite(screen[face * 3]) && own.push(face));
    if (!own.length) return [];
    const middle = own.reduce((sum, face) => sum + screen[face * 3], 0) / own.length;
    const top = Math.min(...own.map((face) => screen[face * 3 + 1]));
    return [{ x: middle, y: top - size / 2 - 16, text: cast.names[person], colour: cast.colours[person] }];
  });
}
