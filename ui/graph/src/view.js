// The graph on its canvas, and what it shows.
import Graph from "graphology";
import Sigma from "sigma";
import { createEdgeArrowProgram } from "sigma/rendering";
import { History, readArrangement } from "./arrangement.js";
import { readColumns } from "./columns.js";
import { FONT, frameOf } from "./frame.js";
import { GeneList } from "./gene_list.js";
import { drawLabels, labelsOf } from "./labels.js";
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
const QUIET = 1000; // milliseconds without a move, after which the camera is reported
const ECHO = 3000; // milliseconds in which Python returns what it was told
const LABEL_LENGTH = 26; // letters, as in genie3_engine.networks.marks

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
  hideEdgesOnMove: graph.size > (isSoftware ? 1500 : 40000),
});

const shorten = (name) => {
  const letters = [...name.trim().replace(/\s+/g, " ")];
  const { length } = letters;
  return length > LABEL_LENGTH ? `${letters.slice(0, LABEL_LENGTH - 1).join("")}…` : letters.join("");
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

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
    this.arrange = () => {};
    this.isGone = false;
    this.painter = new Painter(this);
    this.graph = new Graph();
    this.history = new History();
    this.arrangement = readArrangement(null);
    this.shown = [];
    this.places = [];
    this.moved = new Set();
    this.reported = new Map(); // when, by the arrangement
    this.sigma = new Sigma(this.graph, this.box, this.settings());
    this.size = this.measure();
    this.list = new GeneList(this);
    this.touch = new Touch(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    this.sigma.on("afterRender", () => this.label());
    this.sigma.on("afterRender", () => this.report());
    this.show(data);
    this.sigma.getCamera().on("updated", () => this.watchCamera());
  }

  settings() {
    return {
      allowInvalidContainer: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: { arrow: Arrow },
      renderEdgeLabels: false,
      renderLabels: false, // labels.js writes them
      labelFont: this.palette.font,
      labelSize: FONT,
      ...settingsFor(this.graph),
      zoomToSizeRatioFunction: (ratio) => 1 / this.markScale(ratio),
      minEdgeThickness: 0.8,
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 3,
      stagePadding: 0, // frame.js leaves a margin
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
    this.given = JSON.stringify(data);
    this.data = columns;
    this.graph = graph;
    this.byName = new Map(graph.mapNodes((key, { name }) => [name, key]));
    this.hovered = null;
    this.hoveredLink = null;
    this.selected = this.byName.get(data.selected) ?? null;
    this.told = data.selected ?? null;
    this.history.forget();
    this.adopted = data.arrangement ?? null;
    this.arrangement = readArrangement(data.arrangement);
    this.light(data.highlight);
    this.rearrange();
    this.reframe();
    this.find();
    this.sigma.setGraph(graph);
    if (!this.reported.has(JSON.stringify(this.arrangement))) this.look();
    this.describe();
  }

  // Where genes lie, and which are drawn.

  get marks() {
    return this.data.marks;
  }

  /** Work out which genes are drawn, and where those lie that were pinned. */
  rearrange() {
    const { genes } = this.data;
    const { selected, hidden, kept, pinned } = this.arrangement;
    const [out, only] = [new Set(hidden), kept === null ? null : new Set(kept)];
    this.shown = [];
    this.at = { x: Float32Array.from(genes.x), y: Float32Array.from(genes.y) };
    this.moved = new Set();
    const adopted = readArrangement(this.adopted).pinned;
    genes.name.forEach((name, i) => {
      const place = Object.hasOwn(pinned, name) ? pinned[name] : null;
      if (place) [this.at.x[i], this.at.y[i]] = place;
      if (!same(place, Object.hasOwn(adopted, name) ? adopted[name] : null)) this.moved.add(String(i));
      if (!out.has(name) && (only === null || only.has(name))) this.shown.push(i);
    });
    this.drawn = new Set(this.shown.map(String));
    this.box.dataset.shown = String(this.shown.length);
    this.group = new Set(selected.map((name) => this.byName.get(name)).filter((key) => this.drawn.has(key)));
    this.list?.change();
  }

  /** Fill the canvas with the genes that are drawn. */
  reframe() {
    const canvas = this.sigma.getDimensions();
    this.frame = frameOf(this.at, this.shown, canvas, this.marks);
    this.sigma.setCustomBBox({ x: [0, canvas.width], y: [0, canvas.height] });
    this.put();
  }

  /** Put all genes where the frame says. */
  put() {
    const { x, y } = this.at;
    this.places = Array.from(x, (_, i) => this.frame.place(x[i], y[i]));
    this.graph.updateEachNodeAttributes(
      (_, attributes) => Object.assign(attributes, this.places[attributes.index]),
      { attributes: ["x", "y"] },
    );
  }

  /** Heights of the font per unit of the layout, on a canvas that draws this graph. */
  scaleOf(sigma) {
    return this.frame.scale / sigma.getCamera().ratio;
  }

  /** How large marks are, as a share of their full size; see genie3_engine.networks.marks. */
  markScale(ratio) {
    if (!this.frame) return 1;
    return Math.min(1, Math.max(this.marks.smallest, (this.marks.growth * this.frame.scale) / ratio));
  }

  /** Return a function from the position of a gene to its radius in pixels. */
  radiiOf(sigma, growth = 1) {
    const height = FONT * growth * this.markScale(sigma.getCamera().ratio);
    return (i) => height * this.fullRadius(i);
  }

  /** Radius of a gene in heights of the font, where marks have their full size. */
  fullRadius(i) {
    const { leastRadius, moreRadius } = this.marks;
    return leastRadius + moreRadius * Math.sqrt(this.data.genes.size[i] ?? 0);
  }

  isShown(node) {
    return this.drawn.has(node);
  }

  textOf(i) {
    const { label, name } = this.data.genes;
    return shorten(label?.[i] ?? name[i]);
  }

  /** Write the labels that the zoom has room for. */
  label() {
    if (!this.frame || this.isGone) return;
    const context = this.sigma.getCanvases().labels.getContext("2d");
    this.labels = labelsOf(this, this.sigma);
    drawLabels(context, this.labels, this.palette);
  }

  /** The box behind the name of a gene in focus, which is always written. */
  focusBox({ x, y }, radius, text, growth = 1) {
    const context = this.sigma.getCanvases().labels.getContext("2d");
    context.font = `600 ${FONT}px ${this.palette.font}`;
    const width = (context.measureText(text).width + 8) * growth;
    const away = radius + 4 * growth;
    const wide = this.sigma.getDimensions().width * growth;
    const left = x + away + width > wide ? x - away - width : x + away;
    return { left, right: left + width, top: y - 10 * growth, bottom: y + 10 * growth };
  }

  /** Take what the page shows now: another threshold, other colours, another selection. */
  update(data) {
    this.started = performance.now();
    if (data.version === this.version) {
      const given = JSON.stringify(data); // a report changes the one object that it has
      if (given === this.given) {
        this.started = null;
        return;
      }
      this.given = given;
      this.data = readColumns(data);
      this.adoptArrangement(data.arrangement);
      this.light(data.highlight);
      this.repaint();
      this.describe();
      this.follow(data.selected);
      return;
    }
    if (data.network !== this.data.network)
      this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    clearTimeout(this.resting);
    this.show(data);
  }

  /** Take an arrangement that Python sets; one that it was told is in use already. */
  adoptArrangement(given) {
    const isNew = !same(given ?? null, this.adopted);
    this.adopted = given ?? null;
    const wanted = readArrangement(given);
    const isEcho = performance.now() - (this.reported.get(JSON.stringify(wanted)) ?? -Infinity) < ECHO;
    if (isNew && !isEcho && !same(wanted, this.arrangement)) {
      const hasOthers = !same(
        [wanted.hidden, wanted.kept],
        [this.arrangement.hidden, this.arrangement.kept],
      );
      this.arrangement = wanted;
      this.rearrange();
      if (hasOthers) this.reframe();
      else this.put();
      this.look();
    } else this.rearrange();
  }

  /** Say what is drawn how, and offer what can be done. */
  describe() {
    const entries = [...(this.data.legend ?? [])];
    const hasDirections = this.selected !== null && !this.lit && !this.group.size;
    if (hasDirections && !this.data.links.palette?.length) {
      const { outgoing, incoming } = this.palette;
      entries.push({ label: "To a target", colour: outgoing, mark: "line" });
      entries.push({ label: "From a regulator", colour: incoming, mark: "line" });
    }
    drawLegend(this.root.querySelector(".graph-legend"), entries);
    this.enable();
  }

  /** Follow the size of the box; the observer's first word is the size that it has already. */
  resize() {
    const before = this.size;
    this.size = this.measure();
    if (this.size === before) return;
    this.reframe();
    this.sigma.scheduleRefresh();
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
    return this.selected !== null || this.lit !== null || this.group.size > 0;
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
    } else if (this.group.size && this.hovered === null) {
      this.near = this.group;
      this.centres = new Set(this.selected === null ? [] : [this.selected]);
    } else if (centre !== null) {
      this.near = new Set([centre]);
      for (const neighbour of graph.neighbors(centre)) this.near.add(neighbour);
    }
    this.centres = new Set([...this.centres].filter((node) => this.isShown(node)));
    this.box.dataset.focus = this.selected === null ? "" : this.nameOf(this.selected);
    this.box.dataset.lit = String(this.lit?.size ?? 0);
  }

  hoverGene(node) {
    this.box.style.cursor = node === null ? "" : "pointer";
    const isLit = this.graph.size <= LIT_BY_HOVER;
    if (isLit && !this.hasSelection) {
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
    this.remember();
    this.selected = node;
    this.hovered = null;
    this.lit = null;
    this.ungroup();
    this.repaint();
    this.describe();
    this.announce({ gene: name, to: null });
  }

  chooseLink(key) {
    this.remember();
    const [source, target] = this.graph.extremities(key);
    this.selected = source;
    this.lit = new Set([key]);
    this.ungroup();
    this.repaint();
    this.describe();
    this.announce({ gene: this.nameOf(source), to: this.nameOf(target) });
  }

  chooseNothing() {
    this.remember();
    this.selected = null;
    this.lit = null;
    this.hovered = null;
    this.ungroup();
    this.repaint();
    this.describe();
    this.announce({ gene: null, to: null });
  }

  // What the reader arranges. Python is told by one dictionary; see ui/graph/__init__.py.

  /** Keep the present state, to come back to it. */
  remember() {
    const { selected, lit, arrangement } = this;
    this.history.remember({
      selected: selected === null ? null : this.nameOf(selected),
      lit: lit === null ? null : [...lit],
      to: this.secondOf(lit),
      arrangement: { ...arrangement, camera: null },
    });
  }

  secondOf(lit) {
    if (lit === null || this.selected === null) return null;
    const ends = [...lit].flatMap((key) => this.graph.extremities(key));
    const last = lit.size === 1 ? ends.find((node) => node !== this.selected) : undefined;
    return last === undefined ? null : this.nameOf(last);
  }

  /** Go back by one step: of focus, selection, hiding or moving. */
  undo() {
    const step = this.history.back();
    if (step === null) return;
    const wasFocus = this.selected === null ? null : this.nameOf(this.selected);
    this.selected = this.byName.get(step.selected) ?? null;
    this.hovered = null;
    this.lit = step.lit === null ? null : new Set(step.lit.filter((key) => this.graph.hasEdge(key)));
    this.change(step.arrangement);
    if (step.selected !== wasFocus || step.lit !== null)
      this.announce({ gene: step.selected, to: step.to });
  }

  /** Change the arrangement, draw it and tell Python. */
  change(parts) {
    const before = this.arrangement;
    this.arrangement = { ...before, ...parts };
    const hasOthers = !same(
      [before.hidden, before.kept],
      [this.arrangement.hidden, this.arrangement.kept],
    );
    this.arrangement.camera = hasOthers ? null : this.cameraNow();
    this.rearrange();
    if (hasOthers) {
      this.reframe();
      this.zoom("fit");
    } else this.put();
    this.repaint();
    this.describe();
    this.tellArrangement();
  }

  /** Tell Python; what comes back from it shortly is no news. */
  tellArrangement() {
    this.reported.set(JSON.stringify(this.arrangement), performance.now());
    this.arrange(this.arrangement);
  }

  ungroup() {
    if (!this.group.size) return;
    this.arrangement = { ...this.arrangement, selected: [] };
    this.group = new Set();
    this.tellArrangement();
  }

  /** The genes that hide and keep act on: the selection, or else the gene in focus. */
  get chosen() {
    if (this.group.size) return this.group;
    if (this.lit) return new Set([...this.lit].flatMap((key) => this.graph.extremities(key)));
    return new Set(this.selected === null ? [] : [this.selected]);
  }

  namesOf(nodes) {
    return [...nodes].map((node) => this.nameOf(node));
  }

  /** Select the neighbours too; again, theirs. */
  selectNeighbourhood() {
    const all = new Set(this.chosen);
    for (const node of this.chosen)
      for (const other of this.graph.neighbors(node)) if (this.isShown(other)) all.add(other);
    this.remember();
    this.lit = null;
    this.change({ selected: this.namesOf(all) });
  }

  hide() {
    const { chosen } = this;
    this.remember();
    const hidden = [...new Set([...this.arrangement.hidden, ...this.namesOf(chosen)])];
    const hadFocus = this.selected !== null;
    this.selected = null;
    this.lit = null;
    this.change({ hidden, selected: [] });
    if (hadFocus) this.announce({ gene: null, to: null });
  }

  keep() {
    const { chosen } = this;
    this.remember();
    this.lit = null;
    this.change({ kept: this.namesOf(chosen), selected: [] });
  }

  showAll() {
    this.remember();
    this.change({ hidden: [], kept: null, pinned: {}, selected: [] });
  }

  /** Move a gene to pixels of the canvas, before the camera moves. */
  move(node, place) {
    const i = Number(node);
    const { x, y } = this.frame.layout(place);
    [this.at.x[i], this.at.y[i]] = [x, y];
    this.places[i] = { x: place.x, y: place.y };
    this.moved.add(node);
    this.graph.mergeNodeAttributes(node, place);
  }

  /** Pin a gene where it was moved to. */
  pin(node) {
    const i = Number(node);
    const place = [this.at.x[i], this.at.y[i]].map((each) => Number(each.toPrecision(6)));
    const pinned = { ...this.arrangement.pinned, [this.nameOf(node)]: place };
    this.change({ pinned });
  }

  /** Only offer what can be done. */
  enable() {
    const { hidden, kept, pinned } = this.arrangement;
    const isArranged = hidden.length > 0 || kept !== null || Object.keys(pinned).length > 0;
    const can = {
      neighbours: this.chosen.size > 0,
      hide: this.chosen.size > 0 && this.chosen.size < this.shown.length,
      keep: this.chosen.size > 0 && this.chosen.size < this.shown.length,
      all: isArranged,
      undo: !this.history.isEmpty,
    };
    for (const [what, isPossible] of Object.entries(can)) {
      const button = this.root.querySelector(`button[data-graph="${what}"]`);
      if (button) button.disabled = !isPossible;
    }
    this.list.follow();
  }

  // The camera.

  /** Report the camera when the reader has brought it to rest. */
  watchCamera() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const camera = this.cameraNow();
      if (same(camera, this.arrangement.camera)) return;
      this.arrangement = { ...this.arrangement, camera };
      this.tellArrangement();
    }, QUIET);
  }

  /** Where the camera looks, in the unit of the layout; null where it shows all. */
  cameraNow() {
    const { x, y, ratio } = this.sigma.getCamera().getState();
    if (x === 0.5 && y === 0.5 && ratio === 1) return null;
    const middle = this.frame.layout(this.sigma.viewportToGraph(this.middle()));
    return {
      x: Number(middle.x.toPrecision(5)),
      y: Number(middle.y.toPrecision(5)),
      zoom: Number((1 / ratio).toPrecision(4)),
    };
  }

  middle() {
    const { width, height } = this.sigma.getDimensions();
    return { x: width / 2, y: height / 2 };
  }

  /** Look where the arrangement says. */
  look() {
    const { camera } = this.arrangement;
    if (!camera) return;
    const place = this.frame.place(camera.x, camera.y);
    const { width, height } = this.sigma.getDimensions();
    const most = Math.max(width, height);
    this.sigma.getCamera().setState({
      x: 0.5 + (place.x - width / 2) / most,
      y: 0.5 + (place.y - height / 2) / most,
      ratio: 1 / camera.zoom,
    });
    clearTimeout(this.resting); // the reader did not move it
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
    this.describe();
    if (node !== null) this.bringIntoSight(node);
  }

  bringIntoSight(node) {
    const place = this.sigma.getNodeDisplayData(node);
    if (!place) return;
    const at = this.sigma.framedGraphToViewport(place);
    const { width, height } = this.sigma.getDimensions();
    const isInSight = at.x > 10 && at.x < width - 10 && at.y > 10 && at.y < height - 10;
    if (!isInSight) this.sigma.getCamera().animate({ x: place.x, y: place.y }, { duration: 300 });
  }

  /** Show a gene as if the mouse were on it. */
  point(node) {
    this.hovered = node;
    this.repaint();
    this.bringIntoSight(node);
  }

  repaint() {
    this.find();
    this.sigma.refresh({ skipIndexation: true });
  }

  adopt(palette) {
    if (JSON.stringify(palette) === JSON.stringify(this.palette)) return;
    this.palette = palette;
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

  /** Fill the screen, or go back to the page. */
  fill() {
    const graph = this.root.querySelector(".graph");
    if (document.fullscreenElement) document.exitFullscreen();
    else graph.requestFullscreen?.();
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
    clearTimeout(this.resting);
    this.observer.disconnect();
    this.touch.remove();
    this.sigma.kill();
  }
}
