// Which faces are chosen, and in words what that shows: for two, their true distance beside that on the map.
import { TRAILED } from "./trails.js";
import { clip, counted, epochWord } from "./words.js";

export class Chosen {
  constructor() {
    this.faces = [];
  }

  // A click: the first face, then a second one to measure to; with `more`, any number.
  click(face, more) {
    if (face < 0) this.faces = more ? this.faces : [];
    else if (this.faces.includes(face)) this.faces = this.faces.filter((other) => other !== face);
    else this.faces = more || this.faces.length === 1 ? [...this.faces, face] : [face];
  }

  words(view) {
    const [a, b] = this.faces;
    if (this.faces.length === 1) return `Chosen: ${name(view, a)}. Choose a second face to measure how far apart they are.`;
    if (this.faces.length === 2) return distances(view, a, b);
    if (this.faces.length > 2) return `${counted(this.faces.length, "face")} chosen: ${whose(view, this.faces)}.${trailed(view, this.faces)}`;
    return "";
  }
}

function trailed({ trailing }, faces) {
  return trailing && faces.length > TRAILED ? ` Trails are those of the first ${TRAILED}.` : "";
}

function name({ people }, face) {
  return `${clip(people.names[people.person[face]], 40)} (${people.groups[people.group[face]] ?? ""})`;
}

function distances(view, a, b) {
  const { neighbours, epoch, now, dimensions, world, people } = view;
  const between = `${name(view, a)} and ${name(view, b)}`;
  const ranked = neighbours.ranked(epoch, a);
  const drawn = gap(now, dimensions, a, b);
  const map = Number.isFinite(drawn)
    ? `on the map they are ${Math.round((100 * drawn) / Math.max(...world.size))} % of its width apart`
    : "on the map one of them has no place";
  if (!ranked) return `${between}, ${epochWord(epoch)}: ${map}; the true distance is on its way.`;
  const place = ranked.findIndex((one) => one.face === b);
  if (place < 0) return `${between}, ${epochWord(epoch)}: ${map}; their true distance is not known.`;
  const kind = people.person[a] === people.person[b] ? "same person" : "different people";
  const mapPlace = placeOnMap(now, dimensions, a, b);
  return (
    `${between}, ${kind}, ${epochWord(epoch)}: true squared distance ${ranked[place].squared.toFixed(2)} of 4, ` +
    `the ${ordinal(place + 1)} nearest of ${ranked.length}; ${map}${mapPlace ? `, the ${ordinal(mapPlace)} nearest` : ""}.`
  );
}

function gap(now, dimensions, a, b) {
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) sum += (now[a * dimensions + axis] - now[b * dimensions + axis]) ** 2;
  return Math.sqrt(sum);
}

function placeOnMap(now, dimensions, a, b) {
  const own = gap(now, dimensions, a, b);
  if (!Number.isFinite(own)) return 0;
  let place = 1;
  for (let face = 0; face < now.length / dimensions; face++) {
    if (face !== a && face !== b && gap(now, dimensions, a, face) < own) place++;
  }
  return place;
}

function whose({ people }, faces) {
  const counts = new Map();
  for (const face of faces) counts.set(people.person[face], (counts.get(people.person[face]) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]);
  const named = most.slice(0, 5).map(([person, count]) => `${clip(people.names[person], 24)} (${count})`).join(", ");
  return most.length > 5 ? `${named} and ${counted(most.length - 5, "more person", "more people")}` : named;
}

function ordinal(number) {
  const ends = { 1: "st", 2: "nd", 3: "rd" };
  const teen = number % 100 > 10 && number % 100 < 14;
  return `${number.toLocaleString("en")}${teen ? "th" : (ends[number % 10] ?? "th")}`;
}
