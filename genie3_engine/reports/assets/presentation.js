// The presentation of saved views, in a report and on the page: one picture at a time, its caption
// below, walked by keys, buttons or swipes.
"use strict";
const presentation = (() => {
  const STEPS = {
    ArrowRight: (at) => at + 1,
    ArrowDown: (at) => at + 1,
    PageDown: (at) => at + 1,
    " ": (at) => at + 1,
    ArrowLeft: (at) => at - 1,
    ArrowUp: (at) => at - 1,
    PageUp: (at) => at - 1,
    Home: () => 0,
    End: (_, last) => last,
  };
  const SWIPE = 40; // pixels
  const MOST_MOVED = 4000; // marks that move one by one; larger pictures fade as a whole
  const MOTION = { duration: 450, easing: "ease-in-out" };

  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const button = (sign, label, act) => {
    const made = element("button", "presentation-button", sign);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.title = label;
    made.onclick = act;
    return made;
  };

  const fade = (mark, from) => mark.animate([{ opacity: from }, { opacity: 1 - from }], MOTION);
  const place = (circle) => ({
    cx: `${circle.getAttribute("cx")}px`,
    cy: `${circle.getAttribute("cy")}px`,
    r: `${circle.getAttribute("r")}px`,
    fill: circle.getAttribute("fill"),
  });
  const KEYS = {
    // What makes two marks of two pictures the same one.
    circle: (circle) => circle.textContent || Object.values(place(circle)).join(" "),
    path: (path) => path.getAttribute("d"),
    text: (text) => `${text.textContent} ${text.getAttribute("x")} ${text.getAttribute("y")}`,
  };

  /** Turn one picture into the next: genes move to their new places, all else fades. */
  const morph = (before, after) => {
    if (before.querySelectorAll("*").length + after.querySelectorAll("*").length > MOST_MOVED)
      return [fade(after, 0)];
    const moves = [];
    for (const [kind, keyOf] of Object.entries(KEYS)) {
      const old = new Map([...before.querySelectorAll(kind)].map((mark) => [keyOf(mark), mark]));
      for (const mark of after.querySelectorAll(kind)) {
        const same = old.get(keyOf(mark));
        if (!same) moves.push(fade(mark, 0));
        else {
          old.delete(keyOf(mark));
          same.style.visibility = "hidden";
          if (kind === "circle") moves.push(mark.animate([place(same), place(mark)], MOTION));
        }
      }
      for (const mark of old.values()) moves.push(mark.animate({ opacity: 0 }, { ...MOTION, fill: "forwards" }));
    }
    after.querySelector("rect")?.remove(); // the ground, which would hide what fades away
    return moves;
  };

  const show = (stage, picture) => {
    const [before] = [...stage.children].slice(-1);
    for (const old of [...stage.children].slice(0, -1)) old.remove();
    stage.append(picture);
    if (!before) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return before.remove();
    const moves = morph(before, picture);
    Promise.allSettled(moves.map((move) => move.finished)).then(() => before.remove());
  };

  /**
   * Present views, over everything else and full screen where the browser allows it.
   *
   * @param {Node} root  what the presentation is added to
   * @param {{name: string, caption: string, picture: () => SVGElement}[]} steps
   * @param {{first?: number, title?: string, explore?: (step: number) => void}} [options]
   *   explore, if given, is offered as a button that ends the presentation at a step
   */
  const present = (root, steps, { first = 0, title = "", explore = null } = {}) => {
    const dialog = element("dialog", "presentation");
    dialog.setAttribute("aria-label", `Presentation ${title}`.trim());
    const screen = element("div", "presentation-screen");
    const stage = element("div", "presentation-stage");
    const words = element("div", "presentation-words");
    words.setAttribute("aria-live", "polite");
    const name = element("h2", "");
    const caption = element("p", "");
    words.append(name, caption);
    const count = element("span", "presentation-count");
    let at = -1;
    let wasFull = false;

    const go = (to) => {
      const next = Math.min(Math.max(to, 0), steps.length - 1);
      if (next === at) return;
      at = next;
      show(stage, steps[at].picture());
      name.textContent = steps[at].name;
      caption.textContent = steps[at].caption;
      count.textContent = `${at + 1} / ${steps.length}`;
      previous.disabled = at === 0;
      following.disabled = at === steps.length - 1;
      dialog.dataset.step = String(at + 1);
    };
    const end = () => {
      document.removeEventListener("fullscreenchange", leave);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
      dialog.close();
      dialog.remove();
    };
    const leave = () => {
      if (document.fullscreenElement) wasFull = true;
      else if (wasFull) end(); // the browser's own way out, such as Escape
    };
    const previous = button("‹", "Previous view", () => go(at - 1));
    const following = button("›", "Next view", () => go(at + 1));
    const buttons = element("div", "presentation-buttons");
    buttons.append(previous, count, following);
    if (explore) {
      const open = button("Explore", "Explore this view on the page", () => {
        end();
        explore(at);
      });
      buttons.append(open);
    }
    buttons.append(button("×", "End the presentation", end));
    const foot = element("div", "presentation-foot");
    foot.append(words, buttons);
    screen.append(stage, foot);
    dialog.append(screen);

    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the page has keys of its own
      const isButton = event.key === " " && event.target.closest?.("button");
      if (event.ctrlKey || event.metaKey || event.altKey || isButton) return;
      if (event.key === "Escape") end();
      else if (STEPS[event.key]) go(STEPS[event.key](at, steps.length - 1));
      else return;
      event.preventDefault();
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      end();
    });
    let touched = null;
    stage.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "mouse" ? null : event;
    });
    stage.addEventListener("pointerup", (event) => {
      if (touched === null || touched.pointerId !== event.pointerId) return;
      const across = event.clientX - touched.clientX;
      const down = event.clientY - touched.clientY;
      touched = null;
      if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) go(at - Math.sign(across));
    });
    document.addEventListener("fullscreenchange", leave);

    root.append(dialog);
    dialog.tabIndex = -1;
    dialog.showModal();
    dialog.focus();
    go(first);
    screen.requestFullscreen?.().catch(() => {}); // else the window is filled
  };

  /** Read a drawing as an element; markup in it is XML, and runs nothing. */
  const drawing = (text) =>
    document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);

  return { present, drawing };
})();
