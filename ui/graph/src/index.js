// Streamlit calls the default export when the component appears and on every change of its data.
import { readPalette } from "./palette.js";
import { View } from "./view.js";

const views = new WeakMap(); // by the element that Streamlit keeps for this instance

const show = (root, data, palette) => {
  const old = views.get(root);
  if (old && old.version === data.version) return old;
  old?.remove();
  views.delete(root);
  const view = new View(root, data, palette);
  views.set(root, view);
  return view;
};

export default function ({ data, parentElement: root, setStateValue }) {
  const box = root.querySelector(".graph-canvas");
  box.style.height = `${data.height}px`;
  const palette = readPalette(box);
  try {
    const view = show(root, data, palette);
    view.announce = (gene) => setStateValue("gene", gene);
    view.adopt(palette);
    view.follow(data.selected);
    for (const button of root.querySelectorAll("button[data-zoom]"))
      button.onclick = () => view.zoom(button.dataset.zoom);
  } catch (problem) {
    root.querySelector(".graph-problem").hidden = false;
    console.warn(`The network cannot be drawn: ${problem.message}`);
  }
  return () => {
    views.get(root)?.remove();
    views.delete(root);
  };
}
