// Streamlit calls the default export when the component appears and on every change of its data.
import { draw, erase } from "./draw.js";

export default function ({ data, parentElement: root, setTriggerValue }) {
  draw(root, data, {
    announce: (choice) => setTriggerValue("choice", choice),
    arrange: (arrangement) => setTriggerValue("arrangement", arrangement),
  });
  return () => erase(root);
}
