// What the map is made of: fetched once, and again after a moment where the server was just putting it in its place.
const AGAIN = [0, 250, 900]; // milliseconds before each try

// Returns the answer, or null where the file does not arrive.
export async function fetchFile(url) {
  for (const pause of AGAIN) {
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return answer;
  }
  return null;
}

export async function fetchPeople(url) {
  return (await fetchFile(url))?.json() ?? null;
}

// The atlas as one picture; null where it does not arrive, and dots stand for the faces then.
export async function fetchAtlas(sent) {
  const answer = sent?.image ? await fetchFile(sent.image) : null;
  if (!answer) return null;
  try {
    const image = await createImageBitmap(await answer.blob());
    return { image: copied(image), url: sent.image, columns: sent.columns, side: sent.size, count: sent.count };
  } catch {
    return null;
  }
}

// A canvas copies faster than a picture, which some browsers decode anew.
function copied(image) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas;
}
