// The page's button that presents saved views; `presentation` is defined above, by the engine.
export default function ({ data, parentElement: root, setTriggerValue }) {
  const button = root.querySelector("button");
  button.querySelector("span").textContent = data.label;
  const steps = data.steps.map(({ name, caption, svg }) => ({
    name,
    caption,
    picture: () => presentation.drawing(svg),
  }));
  button.onclick = () =>
    presentation.present(root, steps, {
      first: data.first,
      title: data.title,
      explore: (step) => setTriggerValue("explore", data.steps[step].id),
    });
}
