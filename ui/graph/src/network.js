// How does the page's data become a graph?
import Graph from "graphology";

const LABEL_LENGTH = 26;
const shorten = (name) =>
  [...name].length > LABEL_LENGTH ? `${[...name].slice(0, LABEL_LENGTH - 1).join("")}…` : name;

/**
 * Build the graph. Nodes and links are keyed by their position in the columns, never by name, so
 * that a gene may be called anything.
 *
 * @param {{genes: {name: string[], x: number[], y: number[]},
 *   links: {source: number[], target: number[], importance: number[]}}} data
 */
export const buildGraph = ({ genes, links }) => {
  const graph = new Graph({ type: "directed", multi: false, allowSelfLoops: false });
  const n = genes.name.length;
  const degree = new Array(n).fill(0);
  for (const source of links.source) degree[source] += 1;
  const most = Math.max(1, ...degree);
  const scale = n > 1000 ? 0.55 : n > 300 ? 0.75 : 1;
  genes.name.forEach((name, i) => {
    graph.addNode(String(i), {
      x: genes.x[i],
      y: genes.y[i],
      name,
      label: shorten(name),
      isRegulator: degree[i] > 0,
      size: scale * (3.5 + 11 * Math.sqrt(degree[i] / most)),
    });
  });
  const strongest = links.importance.reduce((a, b) => Math.max(a, b), 1e-12);
  links.source.forEach((source, i) => {
    const target = links.target[i];
    if (source === target || graph.hasEdge(String(source), String(target))) return;
    const share = links.importance[i] / strongest;
    graph.addEdgeWithKey(String(i), String(source), String(target), {
      share,
      size: scale * (1 + 3 * share),
    });
  });
  return graph;
};
