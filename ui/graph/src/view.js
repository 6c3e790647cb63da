// How is the graph drawn, and what happens when it is touched?
import Sigma from "sigma";
import { createEdgeArrowProgram } from "sigma/rendering";
import { buildGraph } from "./network.js";

// Heads that can be seen on thin links.
const Arrow = createEdgeArrowProgram({ lengthToThicknessRatio: 3.6, widenessToThicknessRatio: 2.8 });
const SOFTWARE = /swiftshader|llvmpipe|software/i;

/** Say whether WebGL runs on the processor: then links are hidden while a large graph moves. */
const drawsInSoftware = () => {
  const gl = document.createElement("canvas").getContext("webgl");
  if (!gl) throw new Error("WebGL is not available");
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name);
};

export class View {
  /**
   * @param {HTMLElement} root  the component's own element
   * @param {object} data       see network.js
   * @param {object} palette    see palette.js
   */
  constructor(root, data, palette) {
    this.started = performance.now();
    this.box = root.querySelector(".graph-canvas");
    this.tip = root.querySelector(".graph-tip");
    this.version = data.version;
    this.palette = palette;
    this.hovered = null;
    this.selected = null;
    this.near = null;
    this.announce = () => {};
    this.graph = buildGraph(data);
    this.byName = new Map(this.graph.mapNodes((key, { name }) => [name, key]));
    this.sigma = new Sigma(this.graph, this.box, this.settings());
    this.listen();
    this.observer = new ResizeObserver(() => this.sigma.resize() && this.sigma.scheduleRefresh());
    this.observer.observe(this.box);
    this.sigma.once("afterRender", () => this.report());
  }

  settings() {
    const limit = drawsInSoftware() ? 1500 : 40000;
    return {
      allowInvalidContainer: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: { arrow: Arrow },
      renderEdgeLabels: false,
      labelFont: this.palette.font,
      labelSize: 12,
      labelWeight: "500",
      labelColor: { color: this.palette.text },
      labelDensity: 0.6,
      labelGridCellSize: 80,
      labelRenderedSizeThreshold: this.graph.order > 120 ? 6 : 3,
      hideEdgesOnMove: this.graph.size > limit,
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 3,
      stagePadding: 56,
      defaultDrawNodeHover: (context, node, settings) => this.drawHover(context, node, settings),
      nodeReducer: (key, node) => this.paintNode(key, node),
      edgeReducer: (key, link) => this.paintLink(key, link),
    };
  }

  paintNode(key, node) {
    const { palette, near } = this;
    const plain = node.isRegulator ? palette.regulator : palette.gene;
    if (!near) return { ...node, color: plain, zIndex: node.isRegulator ? 1 : 0 };
    if (!near.has(key)) return { ...node, color: palette.faded, label: "", zIndex: 0 };
    const isCentre = key === this.centre;
    return {
      ...node,
      color: plain,
      zIndex: isCentre ? 3 : 2,
      highlighted: isCentre,
      forceLabel: near.size <= 25,
    };
  }

  paintLink(key, link) {
    const { palette, centre } = this;
    if (!this.near) return { ...link, color: palette.link(link.share), zIndex: 0 };
    const [source, target] = this.graph.extremities(key);
    if (source === centre) return { ...link, color: palette.outgoing, zIndex: 2 };
    if (target === centre) return { ...link, color: palette.incoming, zIndex: 2 };
    return { ...link, hidden: true };
  }

  /** The library's own hover label is a white box, unreadable on a dark page. */
  drawHover(context, node, { labelSize, labelFont }) {
    const { palette } = this;
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

  get centre() {
    return this.hovered ?? this.selected;
  }

  listen() {
    const { sigma, graph, tip } = this;
    sigma.on("enterNode", ({ node }) => {
      this.hovered = node;
      const targets = graph.outDegree(node);
      const regulators = graph.inDegree(node);
      tip.textContent =
        `${graph.getNodeAttribute(node, "name")} · ` +
        `${targets} ${targets === 1 ? "target" : "targets"}, ` +
        `${regulators} ${regulators === 1 ? "regulator" : "regulators"} shown`;
      tip.classList.add("is-shown");
      this.box.style.cursor = "pointer";
      this.repaint();
    });
    sigma.on("leaveNode", () => {
      this.hovered = null;
      tip.classList.remove("is-shown");
      this.box.style.cursor = "";
      this.repaint();
    });
    sigma.on("clickNode", ({ node }) => this.moved || this.choose(node));
    sigma.on("clickStage", () => this.selected !== null && this.choose(null));
    // Two quick clicks are one double click to the library, even on two different genes.
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      this.choose(event.node);
    });
    sigma.on("doubleClickStage", (event) => {
      event.preventSigmaDefault();
      if (this.selected !== null) this.choose(null);
    });
    this.listenToDrags();
  }

  listenToDrags() {
    const { sigma, graph } = this;
    let dragged = null;
    let from = null;
    const release = () => {
      dragged = null;
    };
    sigma.on("downNode", ({ node, event }) => {
      dragged = node;
      from = { x: event.x, y: event.y };
      this.moved = false;
      if (!sigma.getCustomBBox()) sigma.setCustomBBox(sigma.getBBox());
    });
    sigma.on("moveBody", ({ event }) => {
      if (dragged === null) return;
      if (Math.hypot(event.x - from.x, event.y - from.y) > 3) this.moved = true;
      if (!this.moved) return;
      graph.mergeNodeAttributes(dragged, sigma.viewportToGraph(event));
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    sigma.on("upNode", release);
    sigma.on("upStage", release);
  }

  /** Focus on a gene, or on none, and tell the page. */
  choose(node) {
    this.selected = node;
    this.repaint();
    this.announce(node === null ? null : this.graph.getNodeAttribute(node, "name"));
  }

  /** Focus on what the page says, and bring it into sight. */
  follow(name) {
    const node = this.byName.get(name) ?? null;
    if (node === this.selected) return;
    this.selected = node;
    this.repaint();
    const place = node === null ? null : this.sigma.getNodeDisplayData(node);
    if (!place) return;
    const at = this.sigma.framedGraphToViewport(place);
    const { width, height } = this.sigma.getDimensions();
    const isInSight = at.x > 40 && at.x < width - 40 && at.y > 40 && at.y < height - 40;
    if (isInSight) return;
    this.sigma.getCamera().animate({ x: place.x, y: place.y }, { duration: 300 });
  }

  repaint() {
    const { centre, graph } = this;
    this.box.dataset.focus = this.selected === null ? "" : graph.getNodeAttribute(this.selected, "name");
    this.near = centre === null ? null : new Set([centre, ...graph.neighbors(centre)]);
    this.sigma.refresh({ skipIndexation: true });
  }

  adopt(palette) {
    if (JSON.stringify(palette) === JSON.stringify(this.palette)) return;
    this.palette = palette;
    this.sigma.setSetting("labelColor", { color: palette.text });
    this.sigma.refresh({ skipIndexation: true });
  }

  zoom(how) {
    const camera = this.sigma.getCamera();
    if (how === "in") camera.animatedZoom({ duration: 200 });
    else if (how === "out") camera.animatedUnzoom({ duration: 200 });
    else camera.animatedReset({ duration: 200 });
  }

  /** Leave figures for tests and benchmarks on the element. */
  report() {
    const { box, graph, sigma } = this;
    box.dataset.milliseconds = String(Math.round(performance.now() - this.started));
    box.dataset.genes = String(graph.order);
    box.dataset.links = String(graph.size);
    box.dataset.version = this.version;
    box.dataset.largest = this.largest();
    box.placeOf = (name) => {
      const place = sigma.getNodeDisplayData(this.byName.get(name));
      if (!place) return null;
      const at = sigma.framedGraphToViewport(place);
      const frame = box.getBoundingClientRect();
      return { x: frame.left + at.x, y: frame.top + at.y };
    };
  }

  /** Name the regulator with the most targets. */
  largest() {
    const { graph } = this;
    const best = graph.reduceNodes(
      (a, node) => (a === null || graph.outDegree(node) > graph.outDegree(a) ? node : a),
      null,
    );
    return best === null ? "" : graph.getNodeAttribute(best, "name");
  }

  remove() {
    this.observer.disconnect();
    this.sigma.kill();
  }
}
