// Which colour and size has a gene or a link, as things stand?

/** Large networks are drawn with smaller marks. */
const scaleOf = (nGenes) => (nGenes > 1000 ? 0.55 : nGenes > 300 ? 0.75 : 1);

export class Painter {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
  }

  node(key, node) {
    const { data, palette, near } = this.view;
    const { genes } = data;
    const scale = scaleOf(this.view.graph.order);
    const colour = genes.palette?.[genes.colour[node.index]] || palette.gene;
    const size = scale * (3.5 + 11 * Math.sqrt(genes.size[node.index] ?? 0));
    if (!near) return { ...node, color: colour, size, zIndex: genes.size[node.index] > 0 ? 1 : 0 };
    if (!near.has(key)) return { ...node, color: palette.faded, size, label: "", zIndex: 0 };
    const isCentre = this.view.centres.has(key);
    return {
      ...node,
      color: colour,
      size,
      zIndex: isCentre ? 3 : 2,
      highlighted: isCentre,
      forceLabel: near.size <= 25 || isCentre,
    };
  }

  link(key, link) {
    const { data, palette, near, lit, hoveredLink } = this.view;
    const scale = scaleOf(this.view.graph.order);
    const size = scale * (1 + 3 * (data.links.width[link.index] ?? link.share));
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
    const centre = this.view.centre;
    if (source === centre) return { ...link, color: shown(own || palette.outgoing), size, zIndex: 2 };
    if (target === centre) return { ...link, color: shown(own || palette.incoming), size, zIndex: 2 };
    return { ...link, hidden: true };
  }

  /** The library's own hover label is a white box, unreadable on a dark page. */
  hover(context, node, { labelSize, labelFont }) {
    const { palette } = this.view;
    const radius = node.size + 3;
    context.beginPath();
    context.arc(node.x, node.y, radius, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = palette.text;
    context.stroke();
    if (!node.label) return;
    context.font = `600 ${labelSize}px ${labelFont}`;
    const width = context.measureText(node.label).width;
    context.fillStyle = palette.background;
    context.globalAlpha = 0.92;
    context.fillRect(node.x + radius + 1, node.y - 10, width + 8, 20);
    context.globalAlpha = 1;
    context.fillStyle = palette.text;
    context.fillText(node.label, node.x + radius + 5, node.y + labelSize / 3);
  }
}
