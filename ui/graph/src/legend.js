// What do the colours mean?

/**
 * Write the legend; names are text, whatever they hold.
 *
 * @param {HTMLElement} list
 * @param {{label: string, colour: string}[]} entries
 */
export const drawLegend = (list, entries) => {
  list.hidden = !entries?.length;
  list.replaceChildren(
    ...(entries ?? []).map(({ label, colour }) => {
      const item = document.createElement("li");
      const mark = document.createElement("span");
      mark.style.background = colour || "var(--graph-gene)";
      item.append(mark, label);
      return item;
    }),
  );
};
