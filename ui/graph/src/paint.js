// Colours and sizes of genes and links, by what is in focus.

import { FONT } from "./frame.js";

export class Painter {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
  }

  node(key, node) {
    const { data, palette, near } = this.view;
    const { genes } = data;
    if (!this.view.isShown(key)) return { ...node, hidden: true };
    const colour = genes.palette?.[genes.colour[node.index]] || palette.gene;
    const size = FONT * this.view.fullRadius(node.index);
    if (!near) return { ...node, color: colour, size, zIndex: genes.size[node.index] > 0 ? 1 : 0 };
    if (!near.has(key)) return { ...node, color: palette.faded, size, zIndex: 0 };
    const isCentre = this.view.centres.has(key);
    return { ...node, color: colour, size, zIndex: isCentre ? 3 : 2, highlighted: isCentre };
  }

  link(key, link) {
    const { data, palette, near, lit, hoveredLink } = this.view;
    const { leastLine, moreLine } = this.view.marks;
    const size = FONT * (leastLine + moreLine * (data.links.width[link.index] ?? link.share));
    const own = data.links.palette?.[data.links.colour[link.index]];
    const opacity = data.links.opacity[link.index];
    const shown = (colour) =>
      opacity === undefined
        ? colour || palette.link(link.share)
        : palette.faint(colour || palette.link(1), opacity);
    if (key === hoveredLink) return { ...link, color: palette.text, size: size + 1.2, zIndex: 3 };
    if (lit?.has(key))
      return { ...link, color: own || palette.outgoing, size: Math.max(size, 2), zIndex: 3 };
    if (lit) return { ...link, hidden: true };
    if (!near) return { ...link, color: shown(own), size, zIndex: opacity ?? 0 };
    const [source, target] = this.view.graph.extremities(key);
    if (near === this.view.group) {
      const isInside = near.has(source) && near.has(target);
      return isInside ? { ...link, color: shown(own), size, zIndex: 2 } : { ...link, hidden: true };
    }
    const centre = this.view.centre;
    if (source === centre) return { ...link, color: shown(own || palette.outgoing), size, zIndex: 2 };
    if (target === centre) return { ...link, color: shown(own || palette.incoming), size, zIndex: 2 };
    return { ...link, hidden: true };
  }

  /** A ring and a name on its own ground: the library's white box is unreadable on a dark page. */
  hover(context, { key, x, y, size }) {
    const { palette } = this.view;
    const growth = this.growth ?? 1;
    context.beginPath();
    context.arc(x, y, size + 3 * growth, 0, 2 * Math.PI);
    context.lineWidth = 2 * growth;
    context.strokeStyle = palette.text;
    context.stroke();
    const text = this.view.textOf(Number(key));
    const box = this.view.focusBox({ x, y }, size, text, growth);
    context.font = `600 ${FONT * growth}px ${palette.font}`;
    context.fillStyle = palette.background;
    context.globalAlpha = 0.92;
    context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.globalAlpha = 1;
    context.fillStyle = palette.text;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillText(text, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
  }
}
