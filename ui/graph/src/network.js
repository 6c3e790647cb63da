// The graph that sigma.js draws, of the columns that Python sends.
import Graph from "graphology";

/**
 * Build the graph. Nodes and links are keyed by their position in the columns, never by name, so
 * that a gene may be called anything. Places come later: they depend on the canvas.
 *
 * @param {object} data  columns, see columns.js
 */
export const buildGraph = ({ genes, links }) => {
  const graph = new Graph({ type: "directed", multi: false, allowSelfLoops: false });
  genes.name.forEach((name, i) => {
    graph.addNode(String(i), {
      index: i,
      x: 0,
      y: 0,
      name,
      title: genes.label?.[i] ?? name,
      about: genes.about?.[i] ?? "",
    });
  });
  let strongest = 1e-12;
  for (const value of links.importance) strongest = Math.max(strongest, value);
  for (let i = 0; i < links.source.length; i += 1) {
    const source = String(links.source[i]);
    const target = String(links.target[i]);
    if (source === target || graph.hasEdge(source, target)) continue;
    graph.addEdgeWithKey(String(i), source, target, {
      index: i,
      importance: links.importance[i],
      rank: links.rank[i] ?? i + 1,
      share: links.importance[i] / strongest,
    });
  }
  return graph;
};
