// The player of a report: every epoch's map on one canvas, faces move from one to the next. It needs nothing else.
"use strict";
const film = JSON.parse(document.getElementById("film").textContent);
const find = (id) => document.getElementById(id);
const canvas = find("map"), pen = canvas.getContext("2d"), slider = find("epoch"), play = find("play"), card = find("card");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const NOWHERE = 65535, MOVE = 450, HOLD = 550;
const bytes = Uint8Array.from(atob(film.positions), (letter) => letter.charCodeAt(0));
const numbers = new Uint16Array(bytes.buffer);
const faces = film.person.length, last = film.epochs.length - 1;
const state = { at: last, from: last, since: 0, playing: false, speed: 1, face: -1, drawn: 0 };
let sheet = null;

function place(frame, face) {
  const i = 2 * (frame * faces + face);
  return numbers[i] === NOWHERE ? null : [numbers[i] / 65534, numbers[i + 1] / 65534];
}

// Where a face is now: between two epochs while it moves.
function now(face, share) {
  const after = place(state.at, face), before = place(state.from, face);
  if (!after || !before || share >= 1) return after;
  const eased = share * share * (3 - 2 * share);
  return [before[0] + eased * (after[0] - before[0]), before[1] + eased * (after[1] - before[1])];
}

function shareOfMove(time) {
  return still.matches || state.from === state.at ? 1 : Math.min(1, ((time - state.since) * state.speed) / MOVE);
}

function resize() {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
}

function onCanvas(at) {
  const ratio = window.devicePixelRatio || 1, room = 26 * ratio;
  const side = Math.min(canvas.width, canvas.height) - 2 * room;
  return [(canvas.width - side) / 2 + at[0] * side, (canvas.height - side) / 2 + (1 - at[1]) * side];
}

function draw(time) {
  const ratio = window.devicePixelRatio || 1, share = shareOfMove(time);
  const chosen = state.face < 0 ? -1 : film.person[state.face];
  const asFaces = sheet && find("faces").checked;
  const side = Math.min(canvas.clientWidth, canvas.clientHeight), room = side / Math.sqrt(faces);
  const size = ratio * (asFaces ? Math.max(14, Math.min(44, 0.9 * room)) : Math.max(3, Math.min(7, 0.16 * room)));
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (let face = 0; face < faces; face++) {
    const at = now(face, share);
    if (!at) continue;
    pen.globalAlpha = chosen < 0 || film.person[face] === chosen ? 1 : 0.15;
    (asFaces ? drawFace : drawSign)(face, ...onCanvas(at), size, ratio);
  }
  pen.globalAlpha = 1;
  canvas.dataset.drawn = ++state.drawn; // for those who watch it
  canvas.dataset.epoch = film.epochs[state.at];
  return share;
}

function drawFace(face, x, y, size, ratio) {
  const cell = film.side, column = face % film.columns, row = Math.floor(face / film.columns);
  pen.drawImage(sheet, column * cell, row * cell, cell, cell, x - size / 2, y - size / 2, size, size);
  pen.lineWidth = 2 * ratio;
  pen.strokeStyle = film.colours[film.person[face]];
  pen.strokeRect(x - size / 2, y - size / 2, size, size);
}

function drawSign(face, x, y, r, ratio) {
  const group = film.group[face];
  pen.fillStyle = pen.strokeStyle = film.colours[film.person[face]];
  pen.beginPath();
  if (group === 2) {
    const d = 1.25 * r;
    pen.moveTo(x - d, y); pen.lineTo(x, y - d); pen.lineTo(x + d, y); pen.lineTo(x, y + d); pen.closePath();
  } else pen.arc(x, y, r, 0, 2 * Math.PI);
  if (group === 1) { pen.lineWidth = 2 * ratio; pen.stroke(); } else pen.fill();
}

function tick(time) {
  state.waiting = false;
  const share = draw(time);
  if (state.playing && (time - state.since) * state.speed > MOVE + HOLD) {
    if (state.at < last) go(state.at + 1);
    else if (find("loop").checked) go(0);
    else setPlaying(false);
  }
  if (share < 1 || state.playing) wake();
}

function wake() {
  if (state.waiting) return;
  state.waiting = true;
  requestAnimationFrame(tick);
}

function go(frame) {
  const next = Math.max(0, Math.min(last, frame));
  state.from = Math.abs(next - state.at) === 1 ? state.at : next; // from far away it jumps: nothing moved like that
  state.at = next;
  state.since = performance.now();
  slider.value = next;
  slider.setAttribute("aria-valuetext", film.words[next]);
  find("moment").textContent = film.words[next];
  wake();
}

function setPlaying(on) {
  state.playing = on;
  play.textContent = on ? "Pause" : "Play";
  if (on) go(state.at === last ? 0 : state.at);
}

function nearest(event) {
  const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
  const x = (event.clientX - box.left) * ratio, y = (event.clientY - box.top) * ratio;
  let best = -1, least = (22 * ratio) ** 2;
  for (let face = 0; face < faces; face++) {
    const at = now(face, 1);
    if (!at) continue;
    const [px, py] = onCanvas(at), distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance <= least) { least = distance; best = face; }
  }
  return best;
}

function point(event) {
  const face = nearest(event);
  if (face !== state.face) {
    state.face = face;
    card.hidden = face < 0;
    if (face >= 0) describe(face);
    wake();
  }
  if (face < 0) return;
  const box = canvas.getBoundingClientRect(), frame = find("player").getBoundingClientRect();
  const x = event.clientX - frame.left, wide = card.offsetWidth;
  card.style.left = `${Math.max(0, x + 18 + wide > box.width ? x - 18 - wide : x + 18)}px`;
  card.style.top = `${event.clientY - frame.top + 12}px`;
}

function describe(face) {
  const picture = card.querySelector("canvas");
  picture.hidden = !sheet;
  if (sheet) {
    const cell = film.side, column = face % film.columns, row = Math.floor(face / film.columns);
    picture.getContext("2d").drawImage(sheet, column * cell, row * cell, cell, cell, 0, 0, 96, 96);
  }
  card.querySelector("span").textContent = `${film.names[film.person[face]]}, ${film.groups[film.group[face]]}`;
}

slider.max = last;
slider.addEventListener("input", () => { setPlaying(false); go(Number(slider.value)); });
play.addEventListener("click", () => setPlaying(!state.playing));
find("speed").addEventListener("change", (event) => { state.speed = Number(event.target.value); });
find("faces").addEventListener("change", wake);
canvas.addEventListener("pointermove", point);
canvas.addEventListener("pointerleave", () => { state.face = -1; card.hidden = true; wake(); });
new ResizeObserver(() => { resize(); wake(); }).observe(canvas);
if (film.atlas) {
  const picture = new Image();
  picture.onload = () => { sheet = picture; wake(); };
  picture.onerror = () => { find("faces").disabled = true; }; // dots then
  picture.src = film.atlas;
} else find("faces").closest("label").hidden = true;
resize();
go(last);
