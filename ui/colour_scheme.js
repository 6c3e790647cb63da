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

// Streamlit calls the default export again whenever the theme changes, and cleans up only after the
// last call: the handler of one call takes the place of the one before.
const system = matchMedia("(prefers-color-scheme: dark)");

export default function ({ parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".colour-scheme");
  root.dataset.ground ??= getComputedStyle(root).getPropertyValue("--st-background-color");
  const look = () => onceChanged(root, () => setTriggerValue("scheme", root.dataset.ground));
  system.onchange = look;
  return () => {
    if (system.onchange === look) system.onchange = null;
  };
}
