// Colours that the graph takes from the page's theme.

const channels = (colour) => {
  const hex = colour.match(/^#(..)(..)(..)/);
  if (hex) return hex.slice(1, 4).map((part) => parseInt(part, 16));
  const numbers = colour.match(/\d+(\.\d+)?/g);
  return numbers && numbers.length >= 3 ? numbers.slice(0, 3).map(Number) : [128, 128, 128];
};

/**
 * Mix two colours into an opaque one. The renderer blends translucent colours towards white, so
 * nothing is drawn translucent: a faint line is a line mixed with the background.
 */
export const mix = (from, to, share) => {
  const a = channels(from);
  const b = channels(to);
  const parts = a.map((value, i) => Math.round(value + (b[i] - value) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
};

const SHADES = 128; // of links: mixing a colour for each of thousands takes longer than drawing them
const LEVELS = 32; // of opacity, for the same reason

/** Read the theme that the page hands down as CSS variables. */
export const readPalette = (element) => {
  const style = getComputedStyle(element);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = read("--st-background-color", "#ffffff");
  const text = read("--st-text-color", "#31333f");
  const accent = read("--st-primary-color", "#1f6f8b");
  const shades = Array.from({ length: SHADES + 1 }, (_, i) =>
    mix(background, text, 0.2 + (0.45 * i) / SHADES),
  );
  const fainter = new Map();
  const faint = (colour, opacity) => {
    const level = Math.round(LEVELS * opacity);
    const key = `${colour} ${level}`;
    if (!fainter.has(key)) fainter.set(key, mix(background, colour, level / LEVELS));
    return fainter.get(key);
  };
  return {
    background,
    text,
    font: read("--st-font", "sans-serif"),
    regulator: accent,
    gene: mix(background, text, 0.42),
    faded: mix(background, text, 0.14),
    outgoing: accent,
    incoming: "#cc79a7", // Okabe-Ito, reddish purple: told apart from every accent used
    link: (share) => shades[Math.round(SHADES * Math.sqrt(share))],
    faint,
  };
};
