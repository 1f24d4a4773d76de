// Squared distances with the digits that mean something: two decimals from 0.1 on, three figures below.
export const distance = (value) => (value === 0 || Math.abs(value) >= 0.0995 ? value.toFixed(2) : plain(Number(value.toPrecision(3))));

// Never 4e-7.
const plain = (value) => value.toFixed(Math.min(15, Math.max(2, 2 - Math.floor(Math.log10(Math.abs(value))))));
