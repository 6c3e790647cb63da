// Streamlit calls the default export when the component appears and on every change of its data.
import { draw, erase } from "./draw.js";

export default function ({ data, parentElement: root, setTriggerValue }) {
  draw(root, data, { announce: (choice) => setTriggerValue("choice", choice) });
  return () => erase(root);
}
