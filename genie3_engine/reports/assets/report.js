// The report's own behaviour: draw the network, and let tables, search and picture be one.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("drawing").textContent);
  const root = document.getElementById("network");
  const find = document.getElementById("find");
  const focus = document.getElementById("focus");
  const labels = data.genes.label ?? data.genes.name;
  const places = new Map(); // of a gene, by its label in any case and by its name
  labels.forEach((label, i) => places.set(label.toLowerCase(), i));
  data.genes.name.forEach((name, i) => places.set(name.toLowerCase(), i));
  data.genes.name.forEach((name, i) => places.set(name, i));

  const geneOf = ({ dataset, textContent }) => dataset.gene ?? textContent;

  const show = () => genie3.draw(root, data, { announce: ({ gene }) => follow(gene) });
  const follow = (name) => {
    const place = places.get(name) ?? places.get(name?.trim().toLowerCase());
    data.selected = data.genes.name[place] ?? null;
    find.value = labels[place] ?? "";
    focus.textContent = name && !data.selected ? `${name} has no link among those drawn.` : "";
    for (const button of document.querySelectorAll("button.gene"))
      button.classList.toggle("is-chosen", geneOf(button) === data.selected);
    show();
  };

  find.addEventListener("change", () => follow(find.value));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button.gene");
    if (!button) return;
    follow(geneOf(button));
    if (data.selected) root.scrollIntoView({ block: "start" });
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
})();
