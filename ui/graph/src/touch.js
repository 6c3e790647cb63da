// What mouse, finger and keyboard do to the graph.

const NEAR_ENOUGH = 5; // pixels from a link's line
const MOVED = 3; // pixels that make a click a drag
const STEP = 0.12; // of the view, for an arrow key

const genes = (count, noun) => `${count} ${count === 1 ? noun : `${noun}s`}`;

/** Return the squared distance from a point to a piece of a line. */
const distance = (px, py, ax, ay, bx, by) => {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy || 1e-9;
  const along = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length));
  return (px - ax - along * dx) ** 2 + (py - ay - along * dy) ** 2;
};

export class Touch {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    this.moved = false;
    this.listenToGenes();
    this.listenToStage();
    this.listenToDrags();
    this.keys = (event) => this.press(event);
    view.box.addEventListener("keydown", this.keys);
  }

  listenToGenes() {
    const { view } = this;
    const { sigma } = view;
    sigma.on("enterNode", ({ node }) => {
      const { nTargets, nRegulators } = view.degrees(node);
      const shown = `${genes(nTargets, "target")}, ${genes(nRegulators, "regulator")} shown`;
      view.tell([view.titleOf(node), ...view.aboutOf(node), shown].join(" · "));
      view.hoverGene(node);
    });
    sigma.on("leaveNode", () => {
      view.tell(null);
      view.hoverGene(null);
    });
    sigma.on("clickNode", ({ node, event }) => {
      if (!this.moved) view.chooseGene(node, event.original.shiftKey);
    });
    // Two quick clicks are one double click to the library, even on two different genes.
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      view.chooseGene(event.node, false);
    });
  }

  listenToStage() {
    const { view } = this;
    const { sigma } = view;
    const click = ({ event }) => {
      const link = this.linkAt(event);
      if (link !== null) view.chooseLink(link);
      else if (view.hasSelection) view.chooseNothing();
    };
    sigma.on("clickStage", click);
    sigma.on("doubleClickStage", (event) => {
      event.preventSigmaDefault();
      click(event);
    });
    let asked = null;
    sigma.getMouseCaptor().on("mousemovebody", (event) => {
      if (asked === null) requestAnimationFrame(() => this.overLink(asked, () => (asked = null)));
      asked = event;
    });
  }

  overLink(event, done) {
    done();
    const { view } = this;
    const isMoving = event.original.buttons !== 0 || view.sigma.getCamera().isAnimated();
    if (view.isGone || view.hovered !== null || isMoving) return;
    const { width, height } = view.sigma.getDimensions();
    const isInside = event.x >= 0 && event.y >= 0 && event.x <= width && event.y <= height;
    view.hoverLink(isInside ? this.linkAt(event) : null);
  }

  /** Return the link that is drawn under a point, or null. */
  linkAt({ x, y }) {
    const { graph, sigma } = this.view;
    const places = new Map();
    const place = (key) => {
      let at = places.get(key);
      if (!at) {
        const display = sigma.getNodeDisplayData(key);
        at = sigma.framedGraphToViewport(display);
        places.set(key, at);
      }
      return at;
    };
    let best = null;
    let least = NEAR_ENOUGH ** 2;
    graph.forEachEdge((key, _, source, target) => {
      if (sigma.getEdgeDisplayData(key)?.hidden) return;
      const a = place(source);
      const b = place(target);
      const apart = distance(x, y, a.x, a.y, b.x, b.y);
      if (apart < least) {
        least = apart;
        best = key;
      }
    });
    return best;
  }

  listenToDrags() {
    const { sigma } = this.view;
    let dragged = null;
    let from = null;
    const release = () => {
      if (dragged !== null && this.moved) this.view.pin(dragged);
      dragged = null;
    };
    sigma.on("downNode", ({ node, event }) => {
      dragged = node;
      from = { x: event.x, y: event.y };
      this.moved = false;
    });
    sigma.on("moveBody", ({ event }) => {
      if (dragged === null) return;
      if (!this.moved && Math.hypot(event.x - from.x, event.y - from.y) > MOVED) {
        this.moved = true;
        this.view.remember();
      }
      if (!this.moved) return;
      this.view.move(dragged, sigma.viewportToGraph(event));
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    sigma.on("upNode", release);
    sigma.on("upStage", release);
  }

  press(event) {
    const { view } = this;
    const camera = view.sigma.getCamera();
    const { x, y, ratio } = camera.getState();
    const moves = {
      ArrowLeft: () => camera.setState({ x: x - STEP * ratio }),
      ArrowRight: () => camera.setState({ x: x + STEP * ratio }),
      ArrowUp: () => camera.setState({ y: y + STEP * ratio }),
      ArrowDown: () => camera.setState({ y: y - STEP * ratio }),
      "+": () => view.zoom("in"),
      "=": () => view.zoom("in"),
      "-": () => view.zoom("out"),
      0: () => view.zoom("fit"),
      f: () => view.fill(),
      u: () => view.undo(),
      n: () => view.chosen.size && view.selectNeighbourhood(),
      h: () => view.chosen.size && view.hide(),
      k: () => view.chosen.size && view.keep(),
      a: () => view.showAll(),
      Escape: () => view.hasSelection && view.chooseNothing(),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  }

  remove() {
    this.view.box.removeEventListener("keydown", this.keys);
  }
}
