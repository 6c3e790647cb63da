// What does a file that holds graph.html, without any server, need? The offline report is one.
export { draw, erase } from "./draw.js";
