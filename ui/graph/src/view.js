// How is the graph drawn, and what does it show?
import Graph from "graphology";
import Sigma from "sigma";
import { createEdgeArrowProgram } from "sigma/rendering";
import { readColumns } from "./columns.js";
import { drawLegend } from "./legend.js";
import { buildGraph } from "./network.js";
import { Painter } from "./paint.js";
import { picture } from "./picture.js";
import { report } from "./report.js";
import { Touch } from "./touch.js";

// Heads that can be seen on thin links.
const Arrow = createEdgeArrowProgram({ lengthToThicknessRatio: 3.6, widenessToThicknessRatio: 2.8 });
const SOFTWARE = /swiftshader|llvmpipe|software/i;
const LIT_BY_HOVER = 3000; // with more links, a gene under the mouse only says what it is

/** Say whether WebGL runs on the processor: then links are hidden while a large graph moves. */
const drawsInSoftware = () => {
  const gl = document.createElement("canvas").getContext("webgl");
  if (!gl) throw new Error("WebGL is not available");
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name);
};
let isSoftware = null;

/** The settings that depend on the size of a graph. */
const settingsFor = (graph) => ({
  labelRenderedSizeThreshold: graph.order > 120 ? 6 : 3,
  hideEdgesOnMove: graph.size > (isSoftware ? 1500 : 40000),
});

/** The frame of a picture: where its genes lie, from the least to the largest coordinate. */
const frameOf = ({ x, y }) => ({ x: extentOf(x), y: extentOf(y) });

const extentOf = (column) => {
  let [least, most] = [Infinity, -Infinity];
  for (const value of column) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least <= most ? [least, most] : [0, 1];
};

export class View {
  /**
   * @param {HTMLElement} root  holds the elements of graph.html
   * @param {object} data       what genie3_engine.networks.graph_payload makes of a view
   * @param {object} palette    see palette.js
   */
  constructor(root, data, palette) {
    this.started = performance.now();
    isSoftware ??= drawsInSoftware();
    this.root = root;
    this.box = root.querySelector(".graph-canvas");
    this.tip = root.querySelector(".graph-tip");
    this.palette = palette;
    this.announce = () => {};
    this.isGone = false;
    this.painter = new Painter(this);
    this.graph = new Graph();
    this.sigma = new Sigma(this.graph, this.box, this.settings());
    this.size = this.measure();
    this.touch = new Touch(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    this.sigma.on("afterRender", () => this.report());
    this.show(data);
  }

  settings() {
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
      ...settingsFor(this.graph),
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 3,
      stagePadding: 56,
      defaultDrawNodeHover: (context, node, settings) => this.painter.hover(context, node, settings),
      nodeReducer: (key, node) => this.painter.node(key, node),
      edgeReducer: (key, link) => this.painter.link(key, link),
    };
  }

  /** Show another network, or other links of it. The picture is drawn once. */
  show(data) {
    const columns = readColumns(data);
    const graph = buildGraph(columns);
    const settings = settingsFor(graph);
    const hasOthers = Object.entries(settings).some(([name, to]) => this.sigma.getSetting(name) !== to);
    if (hasOthers) this.sigma.setSettings(settings); // paints the old graph again, so it comes first
    this.version = data.version;
    this.data = columns;
    this.graph = graph;
    this.byName = new Map(graph.mapNodes((key, { name }) => [name, key]));
    this.hovered = null;
    this.hoveredLink = null;
    this.selected = this.byName.get(data.selected) ?? null;
    this.told = data.selected ?? null;
    this.light(data.highlight);
    this.find();
    this.sigma.setCustomBBox(frameOf(columns.genes)); // kept while genes are dragged
    this.sigma.setGraph(graph);
    drawLegend(this.root.querySelector(".graph-legend"), columns.legend);
  }

  /** Take what the page shows now: another threshold, other colours, another selection. */
  update(data) {
    this.started = performance.now();
    if (data.version === this.version) {
      this.data = readColumns(data);
      this.light(data.highlight);
      this.repaint();
      drawLegend(this.root.querySelector(".graph-legend"), this.data.legend);
      this.follow(data.selected);
      return;
    }
    if (data.network !== this.data.network)
      this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    this.show(data);
  }

  /** Follow the size of the box; the observer's first word is the size that it has already. */
  resize() {
    const before = this.size;
    this.size = this.measure();
    if (this.size !== before) this.sigma.scheduleRefresh();
  }

  measure() {
    const { width, height } = this.sigma.resize().getDimensions();
    return `${width} x ${height}`;
  }

  // What is in focus.

  get centre() {
    return this.hovered ?? this.selected;
  }

  get hasSelection() {
    return this.selected !== null || this.lit !== null;
  }

  /** Mark some links, such as a path, and the genes at their ends. */
  light(positions) {
    const keys = (positions ?? []).map(String).filter((key) => this.graph.hasEdge(key));
    this.lit = keys.length ? new Set(keys) : null;
  }

  /** Find the genes that are near what is in focus, which the painter tells apart. */
  find() {
    const { graph, centre } = this;
    this.centres = new Set(centre === null ? [] : [centre]);
    this.near = null;
    if (this.lit && this.hovered === null) {
      this.near = new Set([...this.lit].flatMap((key) => graph.extremities(key)));
      this.centres = new Set(this.selected === null ? [] : [this.selected]);
    } else if (centre !== null) {
      this.near = new Set([centre]);
      for (const neighbour of graph.neighbors(centre)) this.near.add(neighbour);
    }
    this.box.dataset.focus = this.selected === null ? "" : this.nameOf(this.selected);
    this.box.dataset.lit = String(this.lit?.size ?? 0);
  }

  hoverGene(node) {
    this.box.style.cursor = node === null ? "" : "pointer";
    const isLit = this.graph.size <= LIT_BY_HOVER;
    if (isLit && this.selected === null && this.lit === null) {
      this.hovered = node;
      this.repaint();
    }
  }

  hoverLink(key) {
    if (key === this.hoveredLink) return;
    const edges = [key, this.hoveredLink].filter((one) => one !== null);
    this.hoveredLink = key;
    this.box.style.cursor = key === null ? "" : "pointer";
    if (key === null) this.tell(null);
    else {
      const [source, target] = this.graph.extremities(key).map((node) => this.titleOf(node));
      const { rank, importance } = this.graph.getEdgeAttributes(key);
      this.tell(
        `${source} → ${target} · rank ${rank.toLocaleString("en")} · ` +
          `importance ${importance.toPrecision(3)}`,
      );
    }
    this.sigma.refresh({ partialGraph: { edges }, skipIndexation: true });
  }

  // What a touch chooses; the page is told, and answers with what it shows.

  chooseGene(node, isSecond) {
    const name = this.nameOf(node);
    if (isSecond && this.selected !== null && this.selected !== node) {
      this.announce({ gene: this.nameOf(this.selected), to: name });
      return;
    }
    this.selected = node;
    this.hovered = null;
    this.lit = null;
    this.repaint();
    this.announce({ gene: name, to: null });
  }

  chooseLink(key) {
    const [source, target] = this.graph.extremities(key);
    this.selected = source;
    this.lit = new Set([key]);
    this.repaint();
    this.announce({ gene: this.nameOf(source), to: this.nameOf(target) });
  }

  chooseNothing() {
    this.selected = null;
    this.lit = null;
    this.hovered = null;
    this.repaint();
    this.announce({ gene: null, to: null });
  }

  /** Focus on what the page says now, and bring it into sight. */
  follow(name) {
    const wanted = name ?? null;
    if (wanted === this.told) return;
    this.told = wanted;
    const node = this.byName.get(wanted) ?? null;
    if (node === this.selected) return;
    this.selected = node;
    this.repaint();
    const place = node === null ? null : this.sigma.getNodeDisplayData(node);
    if (!place) return;
    const at = this.sigma.framedGraphToViewport(place);
    const { width, height } = this.sigma.getDimensions();
    const isInSight = at.x > 40 && at.x < width - 40 && at.y > 40 && at.y < height - 40;
    if (!isInSight) this.sigma.getCamera().animate({ x: place.x, y: place.y }, { duration: 300 });
  }

  repaint() {
    this.find();
    this.sigma.refresh({ skipIndexation: true });
  }

  adopt(palette) {
    if (JSON.stringify(palette) === JSON.stringify(this.palette)) return;
    this.palette = palette;
    this.sigma.setSetting("labelColor", { color: palette.text });
    this.sigma.refresh({ skipIndexation: true });
  }

  tell(text) {
    this.tip.textContent = text ?? this.tip.textContent;
    this.tip.classList.toggle("is-shown", text !== null);
  }

  zoom(how) {
    const camera = this.sigma.getCamera();
    if (how === "in") camera.animatedZoom({ duration: 200 });
    else if (how === "out") camera.animatedUnzoom({ duration: 200 });
    else camera.animatedReset({ duration: 200 });
  }

  /** Return this view as a picture, a Blob of a PNG. */
  png(width, background) {
    return picture(this, width, background);
  }

  nameOf(node) {
    return this.graph.getNodeAttribute(node, "name");
  }

  /** Return what a gene is called: its symbol, where there is one. */
  titleOf(node) {
    return this.graph.getNodeAttribute(node, "title");
  }

  /** Return what is known of a gene besides its title: its identifier and its description. */
  aboutOf(node) {
    const { name, title, about } = this.graph.getNodeAttributes(node);
    return [title.includes(name) ? "" : name, about].filter((text) => text);
  }

  degrees(node) {
    return { nTargets: this.graph.outDegree(node), nRegulators: this.graph.inDegree(node) };
  }

  report() {
    if (this.started === null) return;
    report(this, performance.now() - this.started);
    this.started = null;
  }

  remove() {
    this.isGone = true;
    this.observer.disconnect();
    this.touch.remove();
    this.sigma.kill();
  }
}
