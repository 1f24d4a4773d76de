const KINDS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

// Plotly's Python half writes arrays as {dtype, bdata}: read them here, since motion needs the numbers too.
export function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.bdata === "string" && KINDS[value.dtype]) {
    const bytes = Uint8Array.from(atob(value.bdata), (letter) => letter.charCodeAt(0));
    return rows(new KINDS[value.dtype](bytes.buffer), value.shape);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, decode(inner)]));
}

function rows(numbers, shape) {
  if (!shape || !String(shape).includes(",")) return numbers;
  const width = Number(String(shape).split(",")[1]);
  return Array.from({ length: numbers.length / width }, (_, row) => numbers.subarray(row * width, (row + 1) * width));
}
