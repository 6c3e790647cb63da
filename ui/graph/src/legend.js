// The legend: what colours, sizes and lines mean.

/**
 * Write the legend; names are text, whatever they hold.
 *
 * @param {HTMLElement} list
 * @param {{label: string, colour: string, mark: string}[]} entries  see LegendEntry in Python
 */
export const drawLegend = (list, entries) => {
  list.hidden = !entries?.length;
  list.replaceChildren(
    ...(entries ?? []).map(({ label, colour, mark }) => {
      const item = document.createElement("li");
      const sign = document.createElement("span");
      sign.className = `graph-mark is-${mark || "disc"}`;
      sign.style.setProperty("--mark", colour || "var(--graph-gene)");
      item.append(sign, label);
      return item;
    }),
  );
};
