// The view as a picture file.
import Sigma from "sigma";
import { drawLabels, labelsOf } from "./labels.js";
import { Painter } from "./paint.js";

/**
 * Draw the view once more in the size asked for, and read it back.
 *
 * @param {import("./view.js").View} view
 * @param {number} [width]       pixels; the height follows
 * @param {string} [background]  the page's own by default
 * @returns {Promise<Blob>}
 */
export const picture = async (view, width, background) => {
  const { width: from, height: high } = view.sigma.getDimensions();
  const ratio = window.devicePixelRatio || 1;
  const scale = (width ?? from * 2) / from;
  const box = document.createElement("div");
  Object.assign(box.style, {
    position: "fixed",
    left: "-100000px",
    top: "0",
    width: `${(from * scale) / ratio}px`,
    height: `${(high * scale) / ratio}px`,
  });
  document.body.append(box);
  const growth = scale / ratio;
  const grown = (paint) => (key, mark) => {
    const painted = paint(key, mark);
    return { ...painted, size: (painted.size ?? 1) * growth };
  };
  const settings = view.settings();
  const painter = new Painter(view);
  painter.growth = growth;
  const renderer = new Sigma(view.graph, box, {
    ...settings,
    minEdgeThickness: settings.minEdgeThickness * growth,
    nodeReducer: grown(settings.nodeReducer),
    edgeReducer: grown(settings.edgeReducer),
    defaultDrawNodeHover: (context, node) => painter.hover(context, node),
  });
  renderer.setCustomBBox(view.sigma.getCustomBBox());
  renderer.getCamera().setState(view.sigma.getCamera().getState());
  renderer.refresh();
  const written = renderer.getCanvases().labels.getContext("2d");
  drawLabels(written, labelsOf(view, renderer, growth), view.palette, growth);
  const canvas = document.createElement("canvas");
  const layers = renderer.getCanvases();
  canvas.width = layers.nodes.width;
  canvas.height = layers.nodes.height;
  const context = canvas.getContext("2d");
  context.fillStyle = background ?? view.palette.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  // Read in the very task that drew: a WebGL canvas is empty afterwards.
  for (const name of ["edges", "nodes", "labels", "hovers", "hoverNodes"])
    if (layers[name]) context.drawImage(layers[name], 0, 0);
  renderer.kill();
  box.remove();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
};

/** Save a picture under a name. */
export const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
