// What anything that holds graph.html, the page or a report, shows a network by.
import { readPalette } from "./palette.js";
import { save } from "./picture.js";
import { View } from "./view.js";

const views = new WeakMap(); // by the element that holds graph.html

/**
 * Draw a network, or bring the one drawn here up to date.
 *
 * @param {HTMLElement} root  holds the elements of graph.html
 * @param {object} data       what genie3_engine.networks.graph_payload makes of a view
 * @param {{announce?: (choice: {gene: string|null, to: string|null}) => void,
 *   arrange?: (arrangement: object) => void}} [options]  told of choices, and of arrangements
 * @returns {View | null}     null where the browser cannot draw
 */
export const draw = (root, data, { announce = () => {}, arrange = () => {} } = {}) => {
  const box = root.querySelector(".graph-canvas");
  if (data.height) box.style.setProperty("--graph-height", `${data.height}px`);
  const palette = readPalette(box);
  root.querySelector(".graph").style.setProperty("--graph-gene", palette.gene);
  let view = views.get(root);
  try {
    if (view) {
      view.adopt(palette);
      view.update(data);
    } else {
      view = new View(root, data, palette);
      views.set(root, view);
    }
  } catch (problem) {
    root.querySelector(".graph-problem").hidden = false;
    console.warn(`The network cannot be drawn: ${problem.message}`);
    return null;
  }
  view.announce = announce;
  view.arrange = arrange;
  const does = {
    png: async () => save(await view.png(), `${data.name || "network"}.png`),
    full: () => view.fill(),
    undo: () => view.undo(),
    neighbours: () => view.selectNeighbourhood(),
    hide: () => view.hide(),
    keep: () => view.keep(),
    all: () => view.showAll(),
  };
  for (const button of root.querySelectorAll("button[data-graph]")) {
    const { graph: what } = button.dataset;
    button.onclick = does[what] ?? (() => view.zoom(what));
  }
  return view;
};

/** Take a drawing away and let go of its WebGL context. */
export const erase = (root) => {
  views.get(root)?.remove();
  views.delete(root);
};
