// The forms of faces: round for seen people, round with a broken ring for their held-out images, square for unseen people.
const [, HELD_OUT, UNSEEN] = [0, 1, 2];

export function dot(pen, x, y, size, { group, colour }, ratio) {
  const radius = size / 2 - ratio;
  outline(pen, x, y, radius * (group === UNSEEN ? 0.9 : 1), group);
  if (group === HELD_OUT) {
    pen.lineWidth = 2 * ratio;
    pen.strokeStyle = colour;
    pen.stroke();
  } else {
    pen.fillStyle = colour;
    pen.fill();
  }
}

export function thumbnail(pen, x, y, size, { face, group, colour, atlas }, ratio) {
  const ring = Math.max(1.5 * ratio, Math.min(3 * ratio, size * 0.08));
  const radius = size / 2;
  pen.save();
  outline(pen, x, y, radius - ring / 2, group);
  pen.clip();
  const { image, columns, side } = atlas;
  const [left, top] = [(face % columns) * side, Math.floor(face / columns) * side];
  pen.drawImage(image, left, top, side, side, x - radius, y - radius, size, size);
  pen.restore();
  outline(pen, x, y, radius - ring / 2, group);
  if (group === HELD_OUT) pen.setLineDash([size * 0.22, size * 0.13]);
  pen.lineWidth = ring;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.setLineDash([]);
}

export function outline(pen, x, y, radius, group) {
  pen.beginPath();
  if (group === UNSEEN) pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else pen.arc(x, y, radius, 0, 2 * Math.PI);
}
