// Where a layout lies on the canvas: it fills the canvas but for a margin, with y upwards.

/** Heights of the font in pixels: labels keep this size at any zoom. */
export const FONT = 12;

/**
 * Fill a canvas with some genes, as `genie3_engine.networks.marks.fitted` fills paper.
 *
 * @param {{x: number[], y: number[]}} genes  places in the layout
 * @param {number[]} shown                    positions of the genes that are drawn
 * @param {{width: number, height: number}} canvas
 * @param {{margin: number, mostStretch: number}} marks
 */
export const frameOf = ({ x, y }, shown, canvas, { margin, mostStretch }) => {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const i of shown) {
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    low = Math.min(low, y[i]);
    high = Math.max(high, y[i]);
  }
  if (left > right) [left, right, low, high] = [0, 0, 0, 0];
  const room = (length) => Math.max(1, length - 2 * margin * FONT);
  let across = right > left ? room(canvas.width) / (right - left) : Infinity;
  let up = high > low ? room(canvas.height) / (high - low) : Infinity;
  if (across === Infinity && up === Infinity) across = up = 1;
  [across, up] = [Math.min(across, up * mostStretch), Math.min(up, across * mostStretch)];
  const middle = { x: (left + right) / 2, y: (low + high) / 2 };
  return {
    across,
    up,
    scale: Math.min(across, up) / FONT,
    /** Pixels from the lower left corner of the canvas, before the camera moves. */
    place: (px, py) => ({
      x: canvas.width / 2 + (px - middle.x) * across,
      y: canvas.height / 2 + (py - middle.y) * up,
    }),
    /** The place in the layout of such pixels. */
    layout: ({ x: px, y: py }) => ({
      x: middle.x + (px - canvas.width / 2) / across,
      y: middle.y + (py - canvas.height / 2) / up,
    }),
  };
};
