// Which triplets there are, counted as the census of the core counts them: equality with the margin is easy,
// equality of the distances is hard.
import { squaredDistance } from "./geometry.js";

const MOST_NEGATIVES = 30; // arcs from one anchor; more would hide one another

// Count the triplets of some anchors among `members`, and say which pairs are in an active one.
export function census(points, person, anchors, members, margin) {
  const found = { valid: 0, easy: 0, semiHard: 0, hard: 0, active: 0, positives: [], negatives: [], left: 0 };
  for (const anchor of anchors) addAnchor(found, points, person, anchor, members, margin);
  found.active = found.semiHard + found.hard;
  if (anchors.length > 1) for (const kind of ["positives", "negatives"]) found[kind] = once(found[kind]);
  return found;
}

function addAnchor(found, points, person, anchor, members, margin) {
  const others = members.filter((face) => face !== anchor && finite(points[face]));
  const pair = (face) => ({ from: anchor, to: face, d: squaredDistance(points[anchor], points[face]) });
  const positives = others.filter((face) => person[face] === person[anchor]).map(pair);
  const negatives = others.filter((face) => person[face] !== person[anchor]).map(pair).sort((a, b) => a.d - b.d);
  if (!positives.length || !negatives.length || !finite(points[anchor])) return;
  let farthest = -1;
  for (const positive of positives) {
    const hard = countBelow(negatives, positive.d, true);
    const near = countBelow(negatives, positive.d + margin, false);
    found.valid += negatives.length;
    found.hard += hard;
    found.semiHard += near - hard;
    found.easy += negatives.length - near;
    if (near > 0) found.positives.push(positive);
    farthest = Math.max(farthest, positive.d);
  }
  const active = negatives.slice(0, countBelow(negatives, farthest + margin, false));
  found.negatives.push(...active.slice(0, MOST_NEGATIVES));
  found.left += Math.max(0, active.length - MOST_NEGATIVES);
}

function countBelow(sorted, value, orEqual) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].d < value || (orEqual && sorted[middle].d === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function once(pairs) {
  const met = new Map();
  for (const pair of pairs) met.set(`${Math.min(pair.from, pair.to)}-${Math.max(pair.from, pair.to)}`, pair);
  return [...met.values()];
}

const finite = (point) => point.every(Number.isFinite);

// A batch: some people with some faces each, the same for the same number.
export function drawBatch(person, number, people = 4, each = 3) {
  const chance = mulberry(number + 1);
  const owners = shuffled([...new Set(person)].filter((p) => person.filter((q) => q === p).length > 1), chance);
  return owners.slice(0, people).flatMap((owner) => {
    const own = person.map((p, face) => [p, face]).filter(([p]) => p === owner).map(([, face]) => face);
    return shuffled(own, chance).slice(0, each);
  });
}

function shuffled(values, chance) {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

// Source: mulberry32 by Tommy Ettinger, in the public domain.
function mulberry(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
