// What the map is made of besides positions: who everybody is, and the atlas of their pictures.

export async function fetchPeople(url) {
  const answer = await fetch(url);
  return answer.ok ? answer.json() : null;
}

// The atlas as one picture; null where it does not arrive, and dots stand for the faces then.
export async function fetchAtlas(sent) {
  if (!sent?.image) return null;
  const image = new Image();
  image.src = sent.image;
  try {
    await image.decode();
  } catch {
    return null;
  }
  // A canvas copies faster than a picture, which some browsers decode anew.
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return { image: canvas, url: sent.image, columns: sent.columns, side: sent.size, count: sent.count };
}
