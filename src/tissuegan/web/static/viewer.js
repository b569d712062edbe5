// The page: what is shown, the tools, the history of edits, and the link that says it all.

import { Pane } from "./pane.js";

const $ = (id) => document.getElementById(id);
const NONE = "none";
const SAVED = 2048;
const STORED = 2048;
const START = [0, 0, 512, 512]; // of endless tissue: around the middle of what is made at once

const state = { exhibits: [], shown: [0, null], seed: 0, edits: [], undone: [], digest: NONE };
const panes = [0, 1].map(
  (k) => new Pane($(`pane-${k}`), { moved, drawn, picked, status }),
);

async function begin() {
  const answer = await fetch("/api/exhibits");
  const told = await answer.json();
  if (!answer.ok) return say(told.detail);
  state.exhibits = told.exhibits;
  const choices = state.exhibits.map((facts, k) => new Option(facts.name, k));
  $("exhibit").replaceChildren(...choices);
  $("beside").replaceChildren(new Option("nothing", ""), ...choices.map((one) => one.cloneNode(true)));
  await read(location.hash);
}

// --- the link: #y=..&x=..&z=..&s=exhibit&seed=..&b=beside&e=edits ---

let known = location.hash; // another one is a link that was just followed: to be read, not written over
async function read(hash) {
  known = hash;
  const link = new URLSearchParams(hash.slice(1));
  const number = (name, missing) => (Number.isFinite(parseFloat(link.get(name))) ? parseFloat(link.get(name)) : missing);
  const one = (k) => (state.exhibits[k] === undefined ? null : k);
  state.shown = [one(number("s", 0)) ?? 0, one(number("b", -1))];
  state.seed = Math.max(0, Math.floor(number("seed", 0)));
  state.edits = link.has("e") ? unpacked(link.get("e")) : [];
  state.undone = [];
  const [y0, x0, height, width] = facts(0).bounds ?? START;
  await choose();
  panes[0].look_at(number("y", y0 + height / 2), number("x", x0 + width / 2), number("z", 1));
  beside();
  await edited();
}

function write() {
  const { y, x, zoom } = panes[0].view;
  const link = new URLSearchParams({ y: Math.round(y), x: Math.round(x), z: +zoom.toFixed(4), s: state.shown[0], seed: state.seed });
  if (state.shown[1] !== null) link.set("b", state.shown[1]);
  if (state.edits.length) link.set("e", packed(state.edits));
  if (location.hash === known) {
    history.replaceState(null, "", `#${link}`);
    known = location.hash;
  }
  $("where").textContent = `y ${Math.round(y)}, x ${Math.round(x)}`;
  save();
}

let later = 0;
function status(pane) {
  if (!state.exhibits.length) return;
  const waiting = panes.reduce((sum, each) => sum + each.tiles.waiting, 0);
  document.body.dataset.waiting = waiting;
  say(waiting ? `Making ${waiting} tiles …` : "");
  if (pane === panes[0]) {
    clearTimeout(later);
    later = setTimeout(write, 100);
  }
}

const packed = (edits) => btoa(unescape(encodeURIComponent(JSON.stringify(edits)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
function unpacked(text) {
  try {
    return JSON.parse(decodeURIComponent(escape(atob(text.replace(/-/g, "+").replace(/_/g, "/")))));
  } catch {
    return [];
  }
}

// --- what is shown ---

const facts = (k) => state.exhibits[state.shown[k]];

async function choose() {
  $("exhibit").value = state.shown[0];
  $("beside").value = state.shown[1] ?? "";
  $("seed").value = state.seed;
  $("seed-field").hidden = ![0, 1].some((k) => state.shown[k] !== null && facts(k).seeded);
  const { classes, colours } = facts(0);
  $("class").replaceChildren(...classes.map((name) => new Option(name, name)));
  $("classes").replaceChildren(...classes.map((name, k) => shownBox(name, colours[k])));
  $("pane-1").hidden = state.shown[1] === null;
  for (const k of [0, 1]) if (state.shown[k] !== null) panes[k].facts = facts(k);
  look();
  show();
}

function shownBox(name, colour) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: name });
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.background = `rgb(${colour})`;
  box.addEventListener("change", look);
  label.append(box, swatch, name);
  return label;
}

function look() {
  const hidden = new Set([...$("classes").querySelectorAll("input")].filter((box) => !box.checked).map((box) => box.value));
  const opacity = $("opacity").value / 100;
  for (const pane of panes) {
    if (pane.facts === null) continue;
    const shown = pane.facts.classes.map((name) => !hidden.has(name));
    pane.look = { name: `${opacity} ${shown} ${pane.facts.name}`, opacity, colours: pane.facts.colours, shown };
    pane.refresh();
  }
}

function show() {
  const seed = (k) => (facts(k).seeded ? state.seed : 0);
  panes[0].tiles.show(state.shown[0], seed(0), state.digest);
  if (state.shown[1] !== null) panes[1].tiles.show(state.shown[1], seed(1), NONE);
  for (const pane of panes) pane.refresh();
}

function beside() {
  if (state.shown[1] === null) return;
  const [y0, x0, height, width] = facts(1).bounds ?? START;
  const zoom = (panes[0].view.zoom * facts(1).pixel_size_nm) / facts(0).pixel_size_nm;
  panes[1].look_at(y0 + height / 2, x0 + width / 2, zoom);
}

// Side by side, both maps move by the same nanometres.
function moved(pane, dy, dx, zoom) {
  const other = panes[1 - panes.indexOf(pane)];
  if (state.shown[1] === null || other.facts === null) return;
  const each = pane.facts.pixel_size_nm / other.facts.pixel_size_nm;
  other.look_at(other.view.y + dy * each, other.view.x + dx * each, other.view.zoom * zoom);
}

// --- edits ---

function drawn(pane, points) {
  if (pane !== panes[0]) return;
  const edit = { edit: pane.tool, points, radius_nm: +$("brush").value, class: $("class").value };
  if (pane.tool === "erase") delete edit.class;
  state.edits = [...state.edits, edit];
  state.undone = [];
  edited();
}

function undo() {
  if (state.edits.length) state.undone.push(state.edits.pop());
  edited();
}

function redo() {
  if (state.undone.length) state.edits.push(state.undone.pop());
  edited();
}

let turn = 0;
async function edited() {
  const mine = ++turn;
  $("undo").disabled = !state.edits.length;
  $("redo").disabled = !state.undone.length;
  measured(null);
  const digest = state.edits.length ? await registered() : NONE;
  if (mine !== turn) return;
  if (digest === null) {
    state.edits.pop();
    return edited();
  }
  state.digest = digest;
  show();
  write();
}

async function registered() {
  const body = JSON.stringify({ edits: state.edits });
  const answer = await fetch(`/api/exhibits/${state.shown[0]}/edits`, { method: "POST", body });
  const told = await answer.json();
  if (answer.ok) return told.edits;
  alert(told.detail);
  return null;
}

// --- measuring and saving ---

let picks = 0;
async function picked(pane, y, x) {
  if (pane !== panes[0]) return;
  measured(null);
  const mine = picks;
  const answer = await fetch(`/api/cell/${state.shown[0]}/${facts(0).seeded ? state.seed : 0}/${state.digest}/${y}/${x}`);
  const told = await answer.json();
  if (mine === picks) measured(answer.ok ? told.features : null, told.detail);
}

function measured(features, detail) {
  picks += 1; // answers that come later than this are of no interest
  const panel = $("measures");
  panel.hidden = features === null && !detail;
  panes[0].rings = (features ?? []).flatMap((one) => one.geometry.coordinates.map((ring) => ring.map(([x, y]) => [y, x])));
  panes[0].refresh();
  if (detail) panel.textContent = detail;
  else if (features !== null && !features.length) panel.textContent = "No whole cell here.";
  else if (features !== null) panel.replaceChildren(...features.map(table));
}

function table(feature) {
  const { kind, label, parent, y, x, ...values } = feature.properties;
  const rows = Object.entries(values).filter(([, value]) => value !== null);
  const words = { um2: "µm²", um: "µm" };
  const part = document.createElement("section");
  const body = document.createElement("table");
  for (const [name, value] of rows) {
    const [, what, unit] = name.match(/^(.*?)(?:_(um2|um))?$/);
    const row = body.insertRow();
    row.insertCell().textContent = what;
    row.insertCell().textContent = `${Number(value).toPrecision(3)} ${words[unit] ?? ""}`;
  }
  part.append(Object.assign(document.createElement("h2"), { textContent: kind }), body);
  return part;
}

// The links to what is seen; as OME-Zarr so much around its middle, in steps, so that it stays when one moves.
function save() {
  const pane = panes[0];
  const { y, x, zoom } = pane.view;
  const [height, width] = pane.size.map((pixels) => Math.max(1, Math.min(SAVED, Math.round(pixels / zoom))));
  const window = new URLSearchParams({ y: Math.round(y - height / 2), x: Math.round(x - width / 2), height, width });
  const tissue = `${state.shown[0]}/${facts(0).seeded ? state.seed : 0}/${state.digest}`;
  $("save-png").href = `/save/${tissue}/tissue.zip?${window}`;
  $("save-tiff").href = `/save/${tissue}/tissue.ome.tif?${window}`;
  const around = (middle) => Math.round(middle / STORED - 0.5) * STORED;
  const stored = facts(0).bounds ?? [around(y), around(x), STORED, STORED];
  $("zarr").value = new URL(`/zarr/${tissue}/${stored.join("/")}/tissue.ome.zarr`, location.href);
}

function saveScript() {
  const text = JSON.stringify({ edits: state.edits }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "edits.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// --- controls ---

const say = (text) => ($("status").textContent = text);

function take(tool) {
  for (const pane of panes) {
    pane.tool = tool;
    pane.canvas.classList.toggle("drawing", tool !== "pan");
  }
  for (const name of ["pan", "pick", "paint", "erase"]) $(`tool-${name}`).setAttribute("aria-pressed", name === tool);
}

function brush() {
  $("brush-size").textContent = `${$("brush").value} nm`;
  for (const pane of panes) if (pane.facts) pane.radius = $("brush").value / pane.facts.pixel_size_nm;
}

async function switched() {
  state.shown = [+$("exhibit").value, $("beside").value === "" ? null : +$("beside").value];
  state.seed = Math.max(0, Math.floor(+$("seed").value || 0));
  await choose();
  beside();
  await edited();
}

for (const name of ["pan", "pick", "paint", "erase"]) $(`tool-${name}`).addEventListener("click", () => take(name));
for (const name of ["exhibit", "beside", "seed"]) $(name).addEventListener("change", switched);
$("opacity").addEventListener("input", look);
$("brush").addEventListener("input", brush);
$("undo").addEventListener("click", undo);
$("redo").addEventListener("click", redo);
$("in").addEventListener("click", () => panes[0].zoom(2));
$("out").addEventListener("click", () => panes[0].zoom(0.5));
$("zarr").addEventListener("focus", (event) => event.target.select());
$("save-script").addEventListener("click", saveScript);
addEventListener("hashchange", (event) => read(new URL(event.newURL).hash));
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input[type=number], input[type=text], select") !== null;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "z") {
    event.preventDefault();
    return event.shiftKey ? redo() : undo();
  }
  const tools = { v: "pan", p: "pick", b: "paint", e: "erase" };
  if (!typing && !command && event.key in tools) take(tools[event.key]);
});

begin().then(brush);
