// The picture of the dependencies, the table that says the same, and what is known of the chosen component.
const { boxes, arrows } = data.picture;
const GRAVE_ONLY = "near";
const ALL = "at";
const LARGEST = 1.1; // small pictures are not blown up
const LEGIBLE = 0.6; // times 14 pixels
const hasAll = boxes.some((box) => box.at);
const hasGrave = boxes.some((box) => box.near);
let layer = hasGrave ? GRAVE_ONLY : ALL;
let cy = null;
let chosen = -1;

const canvas = el("div", { id: "picture", role: "img" });
const details = el("div", { id: "component", role: "status" });
const { table: componentTable, body: componentRows } = grid(
  "Components, the gravest first",
  ["Component", "Kind", "Gravest", "Needed through"],
  "components",
);
const componentButtons = new Map();
const findingsOf = new Map(found.components.map(([id], number) => [id, number]));

const wayOf = (box) => (box.way || []).map((number) => boxes[number].title);
const drawn = () => boxes.map((box, number) => [box, number]).filter(([box]) => box[layer]);

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function style() {
  const font = "system-ui, sans-serif";
  const label = { "font-family": font, "font-size": 14, "text-wrap": "wrap", "text-max-width": 1000, "text-valign": "center", "text-halign": "center" };
  const graves = ["blocker", "error", "warning", "note"].map((word) => ({
    selector: `node.${word}`,
    style: { "border-color": css(`--${word}`), "border-width": word === "blocker" ? 5 : 3 },
  }));
  return [
    { selector: "node", style: { ...label, label: "data(label)", shape: "round-rectangle", width: 196, height: 46, color: css("--text"), "background-color": css("--raised"), "border-color": css("--line"), "border-width": 1 } },
    { selector: 'node[kind = "project"]', style: { shape: "rectangle", "font-weight": "bold" } },
    ...graves,
    { selector: "edge", style: { width: 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle", "line-color": css("--muted"), "target-arrow-color": css("--muted") } },
    { selector: "edge.open", style: { "line-style": "dashed" } },
    { selector: "edge.ruled-out", style: { "line-style": "dotted", "target-arrow-shape": "tee" } },
    { selector: ".far", style: { opacity: 0.25 } },
    { selector: "node.chosen", style: { "background-color": css("--chosen") } },
    { selector: "edge.way", style: { width: 4, "line-color": css("--link"), "target-arrow-color": css("--link") } },
  ];
}

const short = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}\u2026` : words);

function elements() {
  const nodes = drawn().map(([box, number]) => ({
    group: "nodes",
    classes: box.worst,
    data: { id: `n${number}`, number, kind: box.kind, label: box.worst === "clean" ? short(box.title, 22) : `${short(box.title, 22)}\n${box.worst}` },
    position: { x: box[layer][0], y: box[layer][1] },
  }));
  const here = new Set(nodes.map((node) => node.data.number));
  const edges = arrows
    .filter((arrow) => here.has(arrow.source) && here.has(arrow.target))
    .map((arrow) => ({ group: "edges", classes: arrow.state.replace(" ", "-"), data: { source: `n${arrow.source}`, target: `n${arrow.target}` } }));
  return [...nodes, ...edges];
}

// As high as the picture is at its width, within bounds.
function height() {
  const extent = (axis) => {
    const places = drawn().map(([box]) => box[layer][axis]);
    return Math.max(...places) - Math.min(...places);
  };
  const zoom = Math.min((canvas.clientWidth - 60) / (extent(0) + 200), LARGEST);
  return Math.min(Math.max((extent(1) + 50) * zoom + 80, 200), 640);
}

function draw() {
  if (cy) cy.destroy();
  const count = drawn().length;
  canvas.style.height = `${height()}px`;
  canvas.setAttribute("aria-label", `Picture of ${counted(count, "component")} and what needs what; the table of components says the same`);
  cy = cytoscape({ container: canvas, elements: elements(), style: style(), layout: { name: "preset" }, autoungrabify: true, boxSelectionEnabled: false, minZoom: 0.05, maxZoom: 3, userZoomingEnabled: false });
  cy.on("tap", "node", (event) => showComponent(event.target.data("number"), false));
  cy.on("tap", (event) => event.target === cy && mark(-1));
  fit();
}

function fit(part) {
  cy.fit(part, 30);
  if (cy.zoom() > LARGEST) {
    cy.zoom(LARGEST);
    cy.center(part);
  }
}

function mark(number) {
  chosen = number;
  cy.elements().removeClass("far way chosen");
  for (const [each, button] of componentButtons) button.setAttribute("aria-pressed", String(each === number));
  if (number < 0 || cy.getElementById(`n${number}`).empty()) return null;
  const way = boxes[number].way || [number];
  let part = cy.collection();
  way.forEach((each, place) => {
    part = part.union(cy.getElementById(`n${each}`));
    if (place) part = part.union(cy.edges(`[source = "n${way[place - 1]}"][target = "n${each}"]`));
  });
  cy.elements().difference(part).addClass("far");
  part.edges().addClass("way");
  const own = cy.getElementById(`n${number}`);
  own.neighborhood().nodes().removeClass("far");
  own.addClass("chosen");
  return part;
}

showComponent = (number, fromTable) => {
  if (!boxes[number][layer]) switchTo(boxes[number][GRAVE_ONLY] ? GRAVE_ONLY : ALL);
  const part = mark(number);
  if (part && fromTable) {
    fit();
    if (cy.zoom() < LEGIBLE) fit(part);
    canvas.scrollIntoView({ block: "nearest" });
  }
  details.replaceChildren(...describe(boxes[number], number));
};

function describe(box, number) {
  const line = (name, ...value) => el("p", {}, el("strong", {}, `${name}: `), ...value);
  const needs = arrows.filter((arrow) => arrow.source === number).map((arrow) => boxes[arrow.target].title);
  const own = findingsOf.get(box.id);
  return [
    el("h3", {}, box.title, " ", box.worst === "clean" ? null : badge(box.worst)),
    line("Kind", `${box.kind}, ${box.provenance}`),
    box.path ? line("Place", el("code", {}, breakable(box.path))) : null,
    line("Findings", box.findings || "none"),
    ...wayLines(box),
    line("Needs", needs.length ? firstOf(needs, 12) : "nothing in this page"),
    own === undefined ? null : el("button", { type: "button", onclick: () => filterComponent(own) }, "Show its findings"),
  ].filter(Boolean);
}

const firstOf = (names, most) => names.slice(0, most).join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

function wayLines(box) {
  const way = box.way || [];
  if (way.length === 0) return [el("p", {}, "No project leads here.")];
  if (way.length === 1) return [];
  const steps = way.map((number, place) => {
    const arrow = place ? arrows.find((each) => each.source === way[place - 1] && each.target === number) : null;
    return el("li", {}, boxes[number].title, arrow ? el("span", { class: "small" }, ` ${arrow.said.join("; ")}`) : null);
  });
  const aside = box.aside ? " (only through editor, tests or other targets)" : "";
  return [el("p", {}, el("strong", {}, `Path from the project${aside}:`)), el("ol", { class: "way" }, steps)];
}

function fillComponents() {
  componentButtons.clear();
  const made = drawn().map(([box, number]) => {
    const button = el("button", { type: "button", class: "plain", "aria-pressed": "false", onclick: () => showComponent(number, true) }, box.title);
    componentButtons.set(number, button);
    const way = wayOf(box).slice(0, -1).join(" > ");
    return el("tr", { role: "row" }, cell("Component", button), cell("Kind", box.kind), cell("Gravest", box.worst === "clean" ? "none" : badge(box.worst)), cell("Needed through", way || "-"));
  });
  componentRows.replaceChildren(...made);
}

function switchTo(name) {
  layer = name;
  const select = document.getElementById("picture-shows");
  if (select) select.value = name;
  fillComponents();
  draw();
}

function controls() {
  const button = (label, act) => el("button", { type: "button", onclick: act }, label);
  const zoom = (factor) => () => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const options = [[GRAVE_ONLY, "blockers, errors and what leads to them"], [ALL, `all ${counted(boxes.length, "component")}`]];
  return el(
    "div",
    { class: "filters" },
    hasAll && hasGrave ? choice("Show", "picture-shows", options, (event) => (switchTo(event.target.value), mark(chosen))) : null,
    el("div", { class: "buttons" }, button("Zoom in", zoom(1.3)), button("Zoom out", zoom(1 / 1.3)), button("Fit", () => fit())),
    el("p", { class: "small" }, "Click a box for its path. Drag to move; after a click into the picture the wheel zooms. Dashed: on a condition nobody settled. Dotted: ruled out on every target."),
  );
}

const graphBody = document.getElementById("graph-body");
if (drawn().length) {
  const beside = el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Table of components" }, componentTable);
  graphBody.append(controls(), canvas, el("div", { class: "beside" }, details, beside));
  details.append(el("p", { class: "small" }, "Choose a component in the picture or in the table: here stand its findings and its path."));
  fillComponents();
  draw();
  canvas.addEventListener("pointerdown", () => cy.userZoomingEnabled(true));
  canvas.addEventListener("pointerleave", () => cy.userZoomingEnabled(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));
} else {
  graphBody.append(el("p", {}, "There are no components to draw."));
}
