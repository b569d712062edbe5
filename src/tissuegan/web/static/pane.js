// One map: draws tiles, and turns pointers and keys into moves of the view and strokes.

import { SIDE, Tiles, painted } from "./tiles.js";

const FARTHEST = 2 ** 49;

export class Pane {
  // told: {moved(pane, dy, dx, zoom), drawn(pane, points), picked(pane, y, x), status(pane)}
  constructor(element, told) {
    this.element = element;
    this.canvas = element.querySelector("canvas");
    this.told = told;
    this.tiles = new Tiles(() => this.refresh());
    this.view = { y: 0, x: 0, zoom: 1 }; // of the middle, in pixels of the tissue; screen pixels each
    this.look = { name: "", opacity: 0.4, colours: [], shown: [] };
    this.facts = null;
    this.tool = "pan";
    this.radius = 5;
    this.stroke = [];
    this.rings = [];
    this.pointers = new Map();
    this.queued = false;
    this.listen();
    new ResizeObserver(() => this.refresh()).observe(element);
  }

  get size() {
    return [this.canvas.clientHeight, this.canvas.clientWidth];
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.at(event.clientY - box.top, event.clientX - box.left);
  }

  at(row, column) {
    const [height, width] = this.size;
    const { y, x, zoom } = this.view;
    return [y + (row - height / 2) / zoom, x + (column - width / 2) / zoom];
  }

  least() {
    const level = (this.facts?.levels ?? 1) - 1;
    return 0.5 / 2 ** level;
  }

  look_at(y, x, zoom) {
    const hold = (value) => Math.max(-FARTHEST, Math.min(FARTHEST, value));
    this.view = { y: hold(y), x: hold(x), zoom: Math.max(this.least(), Math.min(16, zoom)) };
    this.refresh();
  }

  move(dy, dx) {
    this.look_at(this.view.y + dy, this.view.x + dx, this.view.zoom);
    this.told.moved(this, dy, dx, 1);
  }

  zoom(factor, fixed = [this.view.y, this.view.x]) {
    const before = this.view.zoom;
    const zoom = Math.max(this.least(), Math.min(16, before * factor));
    const [fy, fx] = fixed;
    const dy = (fy - this.view.y) * (1 - before / zoom);
    const dx = (fx - this.view.x) * (1 - before / zoom);
    this.look_at(this.view.y + dy, this.view.x + dx, zoom);
    this.told.moved(this, dy, dx, zoom / before);
  }

  refresh() {
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => {
      this.queued = false;
      this.draw();
      this.told.status(this);
    });
  }

  visible(level) {
    const side = SIDE * 2 ** level;
    const [height, width] = this.size;
    const [top, left] = this.at(0, 0);
    const [bottom, right] = this.at(height, width);
    const places = [];
    for (let row = Math.floor(top / side); row * side < bottom; row++) {
      for (let column = Math.floor(left / side); column * side < right; column++) {
        if (this.inside(row * side, column * side, side)) places.push([level, row, column]);
      }
    }
    const far = ([, row, column]) =>
      Math.hypot((row + 0.5) * side - this.view.y, (column + 0.5) * side - this.view.x);
    return places.sort((a, b) => far(a) - far(b));
  }

  inside(y, x, side) {
    if (this.facts === null || this.facts.bounds === null) return true;
    const [y0, x0, height, width] = this.facts.bounds;
    return y < y0 + height && x < x0 + width && y + side > y0 && x + side > x0;
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const [height, width] = this.size;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    if (this.facts === null || width === 0) return;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.imageSmoothingEnabled = this.view.zoom < 1;
    const level = Math.max(0, Math.min(this.facts.levels - 1, Math.floor(-Math.log2(this.view.zoom * ratio) + 0.01)));
    for (let other = this.facts.levels - 1; other >= 0; other--) if (other !== level) this.lay(pen, other);
    this.tiles.want(this.visible(level));
    this.lay(pen, level);
    this.sketch(pen);
    this.scale(pen, height);
  }

  lay(pen, level) {
    const side = SIDE * 2 ** level;
    const [height, width] = this.size;
    const { y, x, zoom } = this.view;
    for (const [, row, column] of this.visible(level)) {
      const tile = this.tiles.get(level, row, column);
      if (tile === null) continue;
      const top = Math.round((row * side - y) * zoom + height / 2);
      const left = Math.round((column * side - x) * zoom + width / 2);
      const bottom = Math.round(((row + 1) * side - y) * zoom + height / 2);
      const right = Math.round(((column + 1) * side - x) * zoom + width / 2);
      pen.drawImage(painted(tile, this.look), left, top, right - left, bottom - top);
    }
  }

  // The stroke that is being drawn, and the outline of what was picked.
  sketch(pen) {
    const [height, width] = this.size;
    const { y, x, zoom } = this.view;
    const at = ([py, px]) => [(px + 0.5 - x) * zoom + width / 2, (py + 0.5 - y) * zoom + height / 2];
    pen.lineCap = pen.lineJoin = "round";
    const line = (points, thickness, colour) => {
      pen.beginPath();
      points.forEach((point, k) => (k === 0 ? pen.moveTo(...at(point)) : pen.lineTo(...at(point))));
      if (points.length === 1) pen.lineTo(...at(points[0]));
      pen.lineWidth = thickness;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    if (this.stroke.length) line(this.stroke, 2 * this.radius * zoom, "rgba(255, 255, 255, 0.5)");
    for (const ring of this.rings) line(ring, 4, "#000");
    for (const ring of this.rings) line(ring, 2, "#ffd84d");
  }

  scale(pen, height) {
    const each = this.facts.pixel_size_nm / this.view.zoom;
    const power = 10 ** Math.floor(Math.log10(150 * each));
    const length = [5, 2, 1].map((k) => k * power).find((nm) => nm <= 150 * each);
    const text = length >= 1000 ? `${length / 1000} µm` : `${length} nm`;
    this.canvas.dataset.scale = text;
    pen.fillStyle = "rgba(0, 0, 0, 0.65)";
    pen.fillRect(8, height - 40, length / each + 16, 32);
    pen.fillStyle = "#fff";
    pen.fillRect(16, height - 16, length / each, 3);
    pen.font = "13px system-ui, sans-serif";
    pen.fillText(text, 16, height - 21);
  }

  listen() {
    const on = (name, handler, options) => this.canvas.addEventListener(name, handler, options);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.drag(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
    on("keydown", (event) => this.key(event));
    const wheel = (event) => {
      event.preventDefault();
      this.zoom(2 ** (-event.deltaY / 400), this.place(event));
    };
    on("wheel", wheel, { passive: false });
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientY, event.clientX]);
    this.stroke = [];
    if (this.pointers.size > 1) return;
    if (this.tool === "paint" || this.tool === "erase") this.stroke.push(this.place(event).map(Math.floor));
    if (this.tool === "pick") this.told.picked(this, ...this.place(event).map(Math.floor));
    this.refresh();
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = [event.clientY, event.clientX];
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.pointers.set(event.pointerId, now);
    const parts = others.length ? 2 : 1;
    if (parts === 1 && this.stroke.length) {
      const at = this.place(event).map(Math.floor);
      const last = this.stroke[this.stroke.length - 1];
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= 1 && this.stroke.length < 2000) this.stroke.push(at);
      this.refresh();
      return;
    }
    const { zoom } = this.view;
    this.move((before[0] - now[0]) / zoom / parts, (before[1] - now[1]) / zoom / parts);
    if (parts === 2) {
      const apart = (at) => Math.hypot(at[0] - others[0][0], at[1] - others[0][1]);
      this.zoom(apart(now) / Math.max(1, apart(before)));
    }
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.stroke.length && event.type === "pointerup") this.told.drawn(this, this.stroke);
    this.stroke = [];
    this.refresh();
  }

  key(event) {
    const step = 100 / this.view.zoom;
    const steps = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] };
    if (event.ctrlKey || event.metaKey) return;
    if (event.key in steps) this.move(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(2);
    else if (event.key === "-") this.zoom(0.5);
    else return;
    event.preventDefault();
  }
}
