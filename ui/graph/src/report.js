// What tests and benchmarks read from the element.

import { placesOf } from "./labels.js";

/** Name the regulator with the most targets. */
const largest = (graph) =>
  graph.reduceNodes(
    (best, node) => (best === null || graph.outDegree(node) > graph.outDegree(best) ? node : best),
    null,
  );

/** Return what is drawn: the canvas, the labels and the discs of genes, in its pixels. */
const boxesOf = (view) => {
  const at = placesOf(view.sigma);
  const radius = view.radiiOf(view.sigma);
  return {
    ...view.sigma.getDimensions(),
    labels: view.labels.map(({ left, top, right, bottom }) => [left, top, right, bottom]),
    texts: view.labels.map(({ text }) => text),
    discs: view.shown.map((i) => {
      const { x, y } = at(view.places[i]);
      return [x, y, radius(i)];
    }),
  };
};

/**
 * Leave figures on the element.
 *
 * @param {import("./view.js").View} view
 * @param {number} milliseconds  from new data to the first frame
 */
export const report = (view, milliseconds) => {
  const { box, graph, sigma } = view;
  const best = largest(graph);
  box.dataset.milliseconds = String(Math.round(milliseconds));
  box.dataset.genes = String(graph.order);
  box.dataset.links = String(graph.size);
  box.dataset.version = view.version;
  box.dataset.largest = best === null ? "" : view.nameOf(best);
  box.drawnBoxes = () => boxesOf(view);
  box.placeOf = (name) => {
    const place = sigma.getNodeDisplayData(view.byName.get(name));
    if (!place) return null;
    const at = sigma.framedGraphToViewport(place);
    const frame = box.getBoundingClientRect();
    return { x: frame.left + at.x, y: frame.top + at.y };
  };
};
