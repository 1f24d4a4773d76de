// Text of others is cut, never trusted: it goes to textContent and fillText only.
export function clip(text, most = 40) {
  const letters = [...String(text)];
  return letters.length <= most ? String(text) : `${letters.slice(0, most - 1).join("")}…`;
}

export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

export const epochWord = (epoch) => (epoch === 0 ? "untrained" : `epoch ${epoch}`);
