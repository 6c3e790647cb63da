// What the reader did to a network: genes selected, hidden, kept and pinned, and the way back.

const EMPTY = { selected: [], hidden: [], kept: null, pinned: {}, camera: null };
const MOST_STEPS = 100;

const names = (list) => (Array.isArray(list) ? list.filter((each) => typeof each === "string") : []);
const isPlace = (place) =>
  Array.isArray(place) && place.length === 2 && place.every((each) => Number.isFinite(each));

/** Return a whole arrangement: what is missing or unusable is as in a new graph. */
export const readArrangement = (given) => {
  const { selected, hidden, kept, pinned, camera } = { ...EMPTY, ...(given ?? {}) };
  return {
    selected: names(selected),
    hidden: names(hidden),
    kept: Array.isArray(kept) ? names(kept) : null,
    pinned: Object.fromEntries(Object.entries(pinned ?? {}).filter(([, place]) => isPlace(place))),
    camera: camera && [camera.x, camera.y, camera.zoom].every(Number.isFinite) ? camera : null,
  };
};

/** Steps that can be undone: the focus and the arrangement before each. */
export class History {
  constructor() {
    this.steps = [];
  }

  get isEmpty() {
    return this.steps.length === 0;
  }

  remember(step) {
    this.steps.push(JSON.stringify(step));
    if (this.steps.length > MOST_STEPS) this.steps.shift();
  }

  back() {
    return this.isEmpty ? null : JSON.parse(this.steps.pop());
  }

  forget() {
    this.steps = [];
  }
}
