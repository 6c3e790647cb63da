// A list of the genes drawn: the graph for the keyboard and for screen readers.

const MOST_NAMED = 12;

const few = (names) =>
  names.length > MOST_NAMED
    ? `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`
    : names.join(", ");

export class GeneList {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    this.box = view.root.querySelector(".graph-genes");
    this.list = this.box.querySelector("select");
    this.words = this.box.querySelector("p");
    this.isStale = true;
    this.box.ontoggle = () => this.show();
    this.list.onchange = () => this.point();
    this.list.ondblclick = () => this.choose(false);
    this.list.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      if (event.key === "Enter") this.choose(event.shiftKey);
      else view.chooseNothing();
    };
  }

  /** The genes that are drawn are others now. */
  change() {
    this.isStale = true;
    this.show();
  }

  show() {
    if (!this.box.open || !this.isStale) return;
    this.isStale = false;
    const { view } = this;
    const entries = view.shown.map((i) => ({ node: String(i), ...view.degrees(String(i)) }));
    entries.sort((a, b) => b.nTargets - a.nTargets || b.nRegulators - a.nRegulators);
    this.list.replaceChildren(
      ...entries.map(({ node, nTargets, nRegulators }) => {
        const option = document.createElement("option");
        option.value = node;
        option.textContent = `${view.textOf(Number(node))} · ${nTargets} out, ${nRegulators} in`;
        return option;
      }),
    );
    this.follow();
  }

  /** Mark the gene in focus. */
  follow() {
    if (this.box.open && this.view.selected !== null) this.list.value = this.view.selected;
  }

  /** Show where the gene under the cursor is, and read out its links. */
  point() {
    const { view } = this;
    const node = this.list.value;
    if (!view.graph.hasNode(node)) return;
    const named = (nodes) => nodes.filter((each) => view.isShown(each)).map((each) => view.textOf(Number(each)));
    const targets = named(view.graph.outNeighbors(node));
    const regulators = named(view.graph.inNeighbors(node));
    this.words.textContent =
      `${[view.titleOf(node), ...view.aboutOf(node)].join(", ")}. ` +
      (targets.length ? `Regulates ${few(targets)}. ` : "Regulates none of the genes shown. ") +
      (regulators.length ? `Regulated by ${few(regulators)}.` : "");
    view.point(node);
  }

  choose(isSecond) {
    if (this.view.graph.hasNode(this.list.value)) this.view.chooseGene(this.list.value, isSecond);
  }
}
