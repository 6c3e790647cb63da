// What can tests and benchmarks read from the element?

/** Name the regulator with the most targets. */
const largest = (graph) =>
  graph.reduceNodes(
    (best, node) => (best === null || graph.outDegree(node) > graph.outDegree(best) ? node : best),
    null,
  );

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
  box.placeOf = (name) => {
    const place = sigma.getNodeDisplayData(view.byName.get(name));
    if (!place) return null;
    const at = sigma.framedGraphToViewport(place);
    const frame = box.getBoundingClientRect();
    return { x: frame.left + at.x, y: frame.top + at.y };
  };
};
