// Tiles of one exhibit: fetched a few at a time, given up when scrolled past, kept while there is room.

export const SIDE = 256;
const ABREAST = 4;
const KEPT = 400;

export class Tiles {
  constructor(arrived) {
    this.arrived = arrived;
    this.made = new Map();
    this.asked = new Map();
    this.wanted = [];
    this.base = null;
    this.past = null;
  }

  // Which tissue: number of the exhibit, seed, digest of the edits; the one before stays visible.
  show(number, seed, edits) {
    const base = `/tiles/${number}/${seed}/${edits}`;
    if (base === this.base) return;
    this.past = this.base !== null && this.base.startsWith(`/tiles/${number}/${seed}/`) ? this.base : null;
    this.base = base;
    this.want([]);
  }

  // What is wanted, nearest first, as [level, row, column]; all else is given up.
  want(places) {
    this.wanted = places.map((place) => `${this.base}/${place.join("/")}`);
    const still = new Set(this.wanted);
    for (const [key, control] of this.asked) if (!still.has(key)) control.abort();
    this.next();
  }

  get(level, row, column) {
    const place = `/${level}/${row}/${column}`;
    return this.made.get(this.base + place) ?? (this.past === null ? null : this.made.get(this.past + place) ?? null);
  }

  get waiting() {
    return this.wanted.filter((key) => this.lacks(key)).length;
  }

  lacks(key) {
    return this.made.get(key)?.whole !== true;
  }

  next() {
    for (const key of this.wanted) {
      if (this.asked.size >= (this.made.size ? ABREAST : 1)) return;
      if (this.lacks(key) && !this.asked.has(key)) this.ask(key);
    }
  }

  // The very first tile is sketched, alone, and then asked for again: there is something to see.
  async ask(key) {
    const control = new AbortController();
    const whole = this.made.size > 0;
    this.asked.set(key, control);
    try {
      const answer = await fetch(whole ? key : `${key}?sketch`, { signal: control.signal });
      if (answer.ok) this.keep(key, new Uint8Array(await answer.arrayBuffer()), whole);
      else if (answer.status === 429 || answer.status === 503) await pause(1000);
      else this.keep(key, new Uint8Array(2 * SIDE * SIDE));
    } catch (error) {
      if (error.name !== "AbortError") await pause(1000);
    }
    this.asked.delete(key);
    this.arrived();
    this.next();
  }

  keep(key, bytes, whole = true) {
    this.made.set(key, { bytes, whole, picture: null, look: null });
    for (const old of this.made.keys()) {
      if (this.made.size <= KEPT) break;
      this.made.delete(old);
    }
  }
}

// The tile as a canvas with its labels in colours; look = {opacity, colours, shown}.
export function painted(tile, look) {
  if (tile.look === look.name) return tile.picture;
  const picture = tile.picture ?? new OffscreenCanvas(SIDE, SIDE);
  const data = new ImageData(SIDE, SIDE);
  const size = SIDE * SIDE;
  for (let k = 0; k < size; k++) {
    let colour = null;
    for (let c = 0; c < look.colours.length; c++) {
      const bits = tile.bytes[size * (1 + (c >> 3)) + k];
      if (look.shown[c] && (bits >> (c & 7)) & 1) colour = look.colours[c];
    }
    const grey = tile.bytes[k];
    for (let i = 0; i < 3; i++) {
      data.data[4 * k + i] = colour === null ? grey : grey + (colour[i] - grey) * look.opacity;
    }
    data.data[4 * k + 3] = 255;
  }
  picture.getContext("2d").putImageData(data, 0, 0);
  tile.picture = picture;
  tile.look = look.name;
  return picture;
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
