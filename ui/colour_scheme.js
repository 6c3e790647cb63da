// Let the page be drawn anew once it has taken another colour scheme.

const LONGEST_MS = 3000; // until the page has taken the scheme of the system

/** Call back once the page's ground has another colour; not where it keeps its own scheme. */
const onceChanged = (root, tell) => {
  const ground = () => getComputedStyle(root).getPropertyValue("--st-background-color");
  const [before, began] = [root.dataset.ground, performance.now()];
  const look = () => {
    if (!root.isConnected) return;
    const now = ground();
    if (now !== before) {
      root.dataset.ground = now;
      tell();
    } else if (performance.now() - began < LONGEST_MS) requestAnimationFrame(look);
  };
  look();
};

export default function ({ parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".colour-scheme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  root.dataset.ground ??= getComputedStyle(root).getPropertyValue("--st-background-color");
  const look = () => onceChanged(root, () => setTriggerValue("scheme", root.dataset.ground));
  system.addEventListener("change", look);
  return () => system.removeEventListener("change", look);
}
