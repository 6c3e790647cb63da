// Which texts on the page cannot be read: less than 4.5 to 1 against their ground (3 to 1 if large)?
() => {
  const channels = (colour) => {
    const numbers = colour.match(/rgba?\(([^)]+)\)/)?.[1].split(/[ ,/]+/).map(Number);
    return numbers && [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const linear = (value) =>
    value / 255 <= 0.03928 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const over = (top, under) => under.map((value, i) => top[i] * top[3] + value * (1 - top[3]));
  const upwards = function* (element) {
    for (let e = element; e; e = e.parentElement ?? e.getRootNode().host) yield e;
  };
  const ground = (element) => {
    const layers = [];
    for (const e of upwards(element)) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour && colour[3] > 0) layers.unshift(colour);
      if (colour?.[3] === 1) break;
    }
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const skipped =
    "script, style, noscript, [disabled], [aria-disabled=true], [data-testid=stIconMaterial], " +
    "[data-testid=stSlider], [data-testid=stSliderThumbValue], nav";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const { width, height } = element.getBoundingClientRect();
    if (text.length < 2 || !width || !height || element.closest(skipped)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const colour = channels(style.color);
    if (!colour) continue;
    for (const e of upwards(element)) colour[3] *= Number(getComputedStyle(e).opacity);
    const under = ground(element);
    const [light, dark] = [luminance(over(colour, under)), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.5 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`${text.slice(0, 60)} (${ratio.toFixed(2)})`);
  }
  return found;
};
