// Labels of the genes: which are written at the present zoom, and where.
import { FONT } from "./frame.js";

const RIGHT = 0;
const LEFT = 1;
const ABOVE = 2;

const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const square = ({ x, y }, radius) => ({
  left: x - radius,
  right: x + radius,
  top: y - radius,
  bottom: y + radius,
});

/**
 * Return the labels to write. Python has computed from which scale each has room
 * (`genie3_engine.networks.label_placement`); what was moved since then, and the names in focus,
 * push others aside.
 *
 * @param {import("./view.js").View} view
 * @param {import("sigma").default} sigma  draws the genes, perhaps larger than on the page
 * @param {number} [growth]                how much larger
 * @returns {{node: string, text: string, left: number, right: number, top: number, bottom: number,
 *   x: number, align: string, width: number}[]}
 */
export const labelsOf = (view, sigma, growth = 1) => {
  const { data, marks, near, centres, moved } = view;
  const { genes } = data;
  const font = FONT * growth;
  const at = placesOf(sigma);
  const scale = view.scaleOf(sigma);
  const radii = view.radiiOf(sigma, growth);
  const { width: wide, height: high } = sigma.getDimensions();
  const boxOf = (i, place) => {
    const away = radii(i) + marks.gap * font;
    const width = genes.labelWidth[i] * font;
    const half = marks.halfLine * font;
    const side = genes.labelSide[i];
    if (side === RIGHT || side === LEFT) {
      const left = side === RIGHT ? place.x + away : place.x - away - width;
      const x = side === RIGHT ? left : left + width;
      const align = side === RIGHT ? "left" : "right";
      return { left, right: left + width, top: place.y - half, bottom: place.y + half, x, align };
    }
    const top = side === ABOVE ? place.y - away - 2 * half : place.y + away;
    return {
      left: place.x - width / 2,
      right: place.x + width / 2,
      top,
      bottom: top + 2 * half,
      x: place.x,
      align: "center",
    };
  };
  const aside = [];
  for (const node of centres) {
    const i = Number(node);
    aside.push({ node, ...view.focusBox(at(view.places[i]), radii(i), view.textOf(i), growth) });
  }
  for (const node of moved) {
    const i = Number(node);
    aside.push({ node, ...square(at(view.places[i]), radii(i)) });
  }
  const found = [];
  for (const i of view.shown) {
    if (!(genes.labelScale[i] <= scale)) continue;
    const node = String(i);
    if (centres.has(node) || (near && !near.has(node))) continue;
    const place = at(view.places[i]);
    if (place.x < -wide || place.x > 2 * wide || place.y < -FONT || place.y > high + FONT) continue;
    const box = boxOf(i, place);
    if (box.right < 0 || box.left > wide) continue;
    if (aside.some((other) => other.node !== node && overlap(box, other))) continue;
    found.push({ node, text: view.textOf(i), width: box.right - box.left, ...box });
  }
  return moved.size ? found.filter((label) => isClear(label, found, view, at, radii)) : found;
};

/** Tell whether the label of a gene that was moved lies on no gene and no other label. */
const isClear = (label, labels, view, at, radii) => {
  if (!view.moved.has(label.node)) return true;
  if (labels.some((other) => other !== label && overlap(label, other))) return false;
  return !view.shown.some(
    (i) => String(i) !== label.node && overlap(label, square(at(view.places[i]), radii(i))),
  );
};

/** Return a function from pixels before the camera moves to pixels on a canvas. */
export const placesOf = (sigma) => {
  const zero = sigma.graphToViewport({ x: 0, y: 0 });
  const one = sigma.graphToViewport({ x: 1, y: 1 });
  const [across, down] = [one.x - zero.x, one.y - zero.y];
  return ({ x, y }) => ({ x: zero.x + x * across, y: zero.y + y * down });
};

/** Write labels with a halo of the background; a name wider than its box is condensed. */
export const drawLabels = (context, labels, palette, growth = 1) => {
  context.font = `500 ${FONT * growth}px ${palette.font}`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3 * growth;
  context.strokeStyle = palette.background;
  context.fillStyle = palette.text;
  for (const { text, x, top, bottom, align, width } of labels) {
    context.textAlign = align;
    context.strokeText(text, x, (top + bottom) / 2, width);
    context.fillText(text, x, (top + bottom) / 2, width);
  }
};
