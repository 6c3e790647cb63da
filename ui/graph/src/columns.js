// Columns of numbers, as they travel from Python.

/**
 * Read a column: an array as it is, or the bytes of one in base64, as Python sends long ones.
 *
 * @param {number[] | string} column
 * @param {Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor} kind
 */
export const numbers = (column, kind) => {
  if (typeof column !== "string") return column ?? [];
  const text = atob(column);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new kind(bytes.buffer);
};

/** Read what the page sends into arrays. */
export const readColumns = ({ genes, links, ...rest }) => ({
  ...rest,
  genes: {
    ...genes,
    x: numbers(genes.x, Float32Array),
    y: numbers(genes.y, Float32Array),
    size: numbers(genes.size, Float32Array),
    colour: numbers(genes.colour, Uint8Array),
    labelSide: numbers(genes.labelSide, Uint8Array),
    labelScale: numbers(genes.labelScale, Float32Array),
    labelWidth: numbers(genes.labelWidth, Float32Array),
  },
  links: {
    ...links,
    source: numbers(links.source, Int32Array),
    target: numbers(links.target, Int32Array),
    importance: numbers(links.importance, Float32Array),
    rank: numbers(links.rank, Int32Array),
    colour: numbers(links.colour, Uint8Array),
    width: numbers(links.width, Float32Array),
    opacity: numbers(links.opacity, Float32Array),
  },
});
