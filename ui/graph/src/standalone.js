// For a file that holds graph.html without any server, such as the offline report.
export { draw, erase } from "./draw.js";
