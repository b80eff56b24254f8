"use strict";
// The page: asks for pictures and statistics, and builds a control for each property from its description.

const PICTURES_EVERY = 700; // ms
const STATS_EVERY = 1000; // ms
const KEPT = 120; // points in a plot
// Counts that are plotted as a rate a second, and numbers that are plotted as they are.
const RATES = ["frames", "late", "unfiltered"];
const NUMBERS = ["gpu-time", "sigma-y", "sigma-u", "motion", "complexity", "quantizer", "blockiness", "strength", "confidence"];

const $ = (id) => document.getElementById(id);
const make = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  Object.assign(node, attributes);
  node.append(...children);
  return node;
};
const drawing = (name, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  return node;
};
const tell = (text) => { $("told").textContent = text; };

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { ...options, headers });
  $("door").hidden = answer.status !== 401;
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error || answer.statusText);
  }
  return answer;
}

// Controls

async function change(element, property, value) {
  try {
    const answer = await ask("set", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ element, property, value: String(value) }),
    });
    tell("");
    show(await answer.json());
  } catch (error) {
    tell(error.message);
  }
}

function control(element, property) {
  const id = `${element.name}-${property.name}`;
  const set = (value) => change(element.name, property.name, value);
  const field = { id, disabled: !property.live };
  switch (property.kind) {
    case "choice": {
      const node = make("select", field);
      for (const { value, meaning } of property.choices)
        node.append(make("option", { value, textContent: value, title: meaning, selected: value === property.value }));
      node.onchange = () => set(node.value);
      return [node, ""];
    }
    case "switch": {
      const node = make("input", { ...field, type: "checkbox", checked: property.value });
      node.onchange = () => set(node.checked);
      return [node, ""];
    }
    case "text": {
      const node = make("input", { ...field, type: "text", value: property.value ?? "", placeholder: "none" });
      node.onchange = () => set(node.value);
      return [node, ""];
    }
  }
  const span = property.maximum - property.minimum;
  const number = make("input", { ...field, type: "number", min: property.minimum, max: property.maximum,
    step: property.kind === "count" ? 1 : "any", value: property.value });
  number.onchange = () => set(number.value);
  // A slider over four thousand million values hits none of them.
  if (span > 10000) return [number, ""];
  const slider = make("input", { type: "range", min: property.minimum, max: property.maximum, disabled: !property.live,
    step: property.kind === "count" ? 1 : span / 200, value: property.value });
  slider.oninput = () => { number.value = slider.value; };
  slider.onchange = () => set(slider.value);
  return [slider, number];
}

function show(element) {
  const rows = element.properties.map((property) => {
    const [wide, narrow] = control(element, property);
    const range = property.maximum === undefined ? "" : `\n${property.minimum} to ${property.maximum}`;
    const label = make("label", { htmlFor: `${element.name}-${property.name}`, textContent: property.name,
      title: `${property.nick}. ${property.blurb ?? ""}${range}\ndefault: ${property.default ?? "none"}` });
    const row = make("div", { className: "row" }, label, wide, narrow);
    row.classList.toggle("fixed", !property.live);
    row.classList.toggle("changed", property.live && property.value !== property.default);
    return row;
  });
  const title = make("h2", {}, element.name, make("small", { textContent: `  ${element.factory}` }));
  const panel = make("div", { className: "element", id: `panel-${element.name}` }, title, ...rows);
  const old = $(panel.id);
  if (old) old.replaceWith(panel);
  else $("elements").append(panel);
  const points = element.properties.find((property) => property.name === "points");
  if (points) {
    marker.element = element.name;
    $("mark").hidden = false;
  }
}

// Plots

const history = new Map();

function plot(name, value) {
  const points = history.get(name) ?? [];
  points.push(value);
  if (points.length > KEPT) points.shift();
  history.set(name, points);
  let box = $(`plot-${name}`);
  if (!box) {
    const svg = drawing("svg", { viewBox: `0 0 ${KEPT - 1} 100`, preserveAspectRatio: "none" });
    svg.append(drawing("polyline", {}));
    box = make("div", { className: "plot", id: `plot-${name}` }, make("span", { textContent: name }), make("b"), svg);
    $("plots").append(box);
  }
  const most = Math.max(...points, 1e-9);
  const start = KEPT - points.length;
  const line = points.map((point, at) => `${start + at},${98 - 95 * point / most}`).join(" ");
  box.querySelector("polyline").setAttribute("points", line);
  box.querySelector("b").textContent = value.toPrecision(3);
}

// Frames that were never lost need no plot.
function rate(name, value) {
  if (value > 0 || history.has(name)) plot(name, Math.max(0, value));
}

let size = null;
let earlier = null;

async function measure() {
  const now = performance.now();
  const all = await (await ask("stats")).json();
  size = all.size;
  if (all.warning) tell(all.warning);
  for (const { name, stats } of all.elements) {
    const before = earlier?.elements.find((element) => element.name === name)?.stats;
    for (const field of RATES)
      if (before && field in stats) rate(`${name} ${field}/s`, (stats[field] - before[field]) * 1000 / (now - earlier.at));
    for (const field of NUMBERS)
      if (stats[field] >= 0) plot(`${name} ${field}`, stats[field]);
  }
  earlier = { at: now, elements: all.elements };
  const tracked = all.elements.find((element) => element.name === marker.element)?.stats.quad;
  if (!$("board").classList.contains("marking")) drawMarks(tracked ? tracked.split(" ").map((corner) => corner.split(",").map(Number)) : []);
}

// Corners

const marker = { element: null, corners: [] };

// Top left, top right, bottom right, bottom left, in whatever order they were clicked.
function inOrder(corners) {
  const middle = [0, 1].map((axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / 4);
  const angle = ([x, y]) => Math.atan2(y - middle[1], x - middle[0]);
  const around = [...corners].sort((a, b) => angle(a) - angle(b));
  const first = around.reduce((best, [x, y], at) => (x + y < around[best][0] + around[best][1] ? at : best), 0);
  return [...around.slice(first), ...around.slice(0, first)];
}

function drawMarks(corners) {
  const svg = $("marks");
  svg.replaceChildren();
  if (!size) return;
  svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
  if (corners.length === 4) svg.append(drawing("polygon", { points: inOrder(corners).map((c) => c.join()).join(" ") }));
  for (const [cx, cy] of corners) svg.append(drawing("circle", { cx, cy, r: size[0] / 120 }));
}

function mark(event) {
  if (!$("board").classList.contains("marking") || !size) return;
  const box = $("before").getBoundingClientRect();
  const place = [(event.clientX - box.left) / box.width * size[0], (event.clientY - box.top) / box.height * size[1]];
  marker.corners.push(place.map((at) => Math.round(at * 10) / 10));
  drawMarks(marker.corners);
  if (marker.corners.length < 4) return tell(`${4 - marker.corners.length} corners to go`);
  $("board").classList.remove("marking");
  change(marker.element, "points", inOrder(marker.corners).map((corner) => corner.join()).join(" "));
}

// Pictures

async function picture(id) {
  // Corners belong to one picture.
  if (id === "before" && $("board").classList.contains("marking")) return;
  const blob = await (await ask(`${id}.jpg`)).blob();
  const old = $(id).src;
  $(id).src = URL.createObjectURL(blob);
  if (old) URL.revokeObjectURL(old);
}

// Asks again once there is an answer and the time is up; says what is wrong until it is right.
async function keep(work, every) {
  let wrong = false;
  for (;;) {
    try {
      if (!document.hidden) await work();
      if (wrong) tell("");
      wrong = false;
    } catch (error) {
      wrong = true;
      tell(error.message);
    }
    await new Promise((done) => setTimeout(done, every));
  }
}

async function open() {
  try {
    $("elements").replaceChildren();
    for (const element of await (await ask("elements")).json()) show(element);
    tell("");
  } catch (error) {
    tell(error.message);
  }
}

$("door").onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", $("token").value);
  open();
};
$("mark").onclick = () => {
  marker.corners = [];
  drawMarks([]);
  $("board").classList.add("marking");
  tell("Click four corners in the picture before");
};
$("board").onclick = mark;
open();
keep(measure, STATS_EVERY);
keep(() => picture("before"), PICTURES_EVERY);
keep(() => picture("after"), PICTURES_EVERY);
