// The saved views of a document as the steps of a presentation, where there are some.
"use strict";
(() => {
  const figures = [...document.querySelectorAll("figure.view")];
  const shown = (figure) =>
    [...figure.querySelectorAll("svg")].find((svg) => svg.getClientRects().length > 0);
  const steps = figures.map((figure) => ({
    name: figure.dataset.name,
    caption: figure.querySelector(".caption").textContent,
    picture: () => shown(figure).cloneNode(true),
  }));
  const present = (first) =>
    presentation.present(document.body, steps, { first, title: document.title });
  document.getElementById("present")?.addEventListener("click", () => present(0));
  figures.forEach((figure, i) =>
    figure.querySelectorAll("div").forEach((box) => (box.onclick = () => present(i))),
  );
})();
