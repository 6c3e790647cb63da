// Bundle the graph component and its licence notices into ui/graph/bundle/, which is committed.
import { build } from "esbuild";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const REPORTS = "../../genie3_engine/reports/assets";

const packages = ["sigma", "graphology", "graphology-utils", "events"];
const licence = (folder) => {
  for (const name of ["LICENSE.txt", "LICENSE", "LICENSE.md"]) {
    try {
      return readFileSync(`${folder}/${name}`, "utf8").trim();
    } catch (problem) {
      if (problem.code !== "ENOENT") throw problem;
    }
  }
  throw new Error(`${folder} has no licence text`);
};
const notices = packages
  .map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    return `${name} ${version} (${license})\n\n${licence(folder)}\n`;
  })
  .join("\n----------------------------------------\n\n");

writeFileSync("bundle/NOTICES.txt", `Parts of graph.js and their licences\n\n${notices}`);
const common = {
  bundle: true,
  target: "es2022",
  minify: true,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  banner: { js: `/*!\n${notices.replaceAll("*/", "* /")}*/` },
  metafile: true,
};
const result = await build({
  ...common,
  entryPoints: ["src/index.js"],
  outfile: "bundle/graph.js",
  format: "esm",
});
// The engine's offline report draws with the same code, outside Streamlit.
await build({
  ...common,
  entryPoints: ["src/standalone.js"],
  outfile: `${REPORTS}/graph.js`,
  format: "iife",
  globalName: "genie3",
});
for (const name of ["graph.css", "graph.html"]) copyFileSync(name, `${REPORTS}/${name}`);
const missing = Object.keys(result.metafile.inputs)
  .map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
  .filter((name) => name && !packages.includes(name));
if (missing.length) throw new Error(`no notice for ${[...new Set(missing)].join(", ")}`);
