// The table of findings and its filters.
const found = data.findings;
const text = (number) => found.texts[number];
const PAGE = 100;
const GRAVITY = ["blocker", "error", "warning", "note"];
const wanted = { target: "", severity: "", component: "", rule: "", text: "" };
let shown = PAGE;
const inPicture = new Map(data.picture.boxes.map((box, number) => [box.id, number]));
let showComponent = () => {};

const { table: list, body: rows } = grid("Findings, the gravest first", ["Severity", "Rule", "Place", "What"], "findings");
const state = el("p", { role: "status", id: "findings-count" });
const more = el("button", { type: "button", onclick: () => ((shown += PAGE), fill()) });

// What the chosen target says; without one, what each of them says.
const reasons = (row) => row.said.filter(([, targets]) => wanted.target === "" || targets.includes(+wanted.target));

const haystacks = found.rows.map((row) => {
  const parts = [text(row.rule), `${text(row.path)}:${row.line}`, row.guard >= 0 ? text(row.guard) : ""];
  const said = row.said.flatMap(([number]) => found.reasons[number]);
  return [...parts, ...said, ...(row.via || []).map(([name]) => text(name))].join("\n").toLowerCase();
});

function matches(row, number) {
  if (wanted.severity && GRAVITY.indexOf(row.severity) > GRAVITY.indexOf(wanted.severity)) return false;
  if (wanted.component !== "" && row.component !== +wanted.component) return false;
  if (wanted.rule !== "" && row.rule !== +wanted.rule) return false;
  return reasons(row).length > 0 && haystacks[number].includes(wanted.text);
}

function fill() {
  const all = found.rows.filter(matches);
  rows.replaceChildren(...all.slice(0, shown).map(rowElement));
  const part = Math.min(shown, all.length);
  const listed = part < all.length ? `${part.toLocaleString("en")} of ${counted(all.length, "finding")} shown` : counted(all.length, "finding");
  state.textContent = all.length === found.total ? `${listed}.` : `${listed}; ${found.total.toLocaleString("en")} without filters.`;
  more.hidden = part === all.length;
  more.textContent = `Show ${Math.min(PAGE, all.length - part)} more`;
}

function rowElement(row) {
  const place = row.line ? `${text(row.path)}:${row.line}` : text(row.path);
  const name = (found.components[row.component] || ["", ""])[1];
  const [id] = found.components[row.component] || [""];
  const said = reasons(row).map(([number, targets]) => reasonElement(row, found.reasons[number], targets));
  const where = [el("code", {}, breakable(place)), el("div", { class: "small" }, name), pictureButton(id, name)];
  return el(
    "tr",
    { role: "row", class: row.severity },
    cell("Severity", badge(row.severity)),
    cell("Rule", el("code", {}, text(row.rule))),
    cell("Place", ...where),
    cell("What", said, way(row), excerpt(row)),
  );
}

function reasonElement(row, [level, message, instead, source], targets) {
  const asides = [level];
  if (row.guard >= 0 && !message.includes(text(row.guard))) asides.push(`if ${text(row.guard)}`);
  if (row.confidence !== "high") asides.push(`${row.confidence} confidence`);
  if (targets.length < data.targets.length) asides.push(`on ${targets.map((number) => data.targets[number]).join(", ")}`);
  return el(
    "div",
    { class: "reason" },
    el("p", {}, message, " ", el("span", { class: "small" }, `(${asides.join("; ")})`)),
    instead ? el("p", {}, el("strong", {}, "Instead: "), instead) : null,
    source ? el("p", { class: "small source" }, "Source: ", link(source)) : null,
  );
}

// From the project to the culprit, with the line that says so at each step; nothing where the place tells it all.
function way(row) {
  if (!row.via || !row.via.some(([, place]) => place >= 0)) return null;
  const steps = row.via.map(([name, place], number) => [
    `${number ? " \u203a " : ""}${text(name)}`,
    place >= 0 ? el("span", { class: "small" }, " (", el("code", {}, breakable(text(place))), ")") : null,
  ]);
  return el("p", { class: "path" }, el("strong", {}, "Path: "), ...steps);
}

function excerpt(row) {
  if (!row.excerpt) return null;
  const { first, line, lines } = row.excerpt;
  const width = String(first + lines.length).length;
  const shownLines = lines.map((content, number) => {
    const own = first + number === line;
    const mark = `${own ? ">" : " "} ${String(first + number).padStart(width)} `;
    return el(own ? "strong" : "span", {}, `${mark}${content}\n`);
  });
  const code = el("pre", { tabindex: "0", role: "group", "aria-label": `Source at ${text(row.path)}:${line}` }, shownLines);
  return el("details", { open: row.severity === "blocker" }, el("summary", {}, "Source lines"), code);
}

function pictureButton(id, name) {
  const number = inPicture.get(id);
  if (number === undefined) return null;
  const label = `Show in picture: ${name}`;
  return el("button", { type: "button", class: "plain", "aria-label": label, onclick: () => showComponent(number, true) }, "Show in picture");
}

const refilter = (name) => (event) => {
  wanted[name] = name === "text" ? event.target.value.toLowerCase() : event.target.value;
  shown = PAGE;
  fill();
};

// From elsewhere in the page: only the findings of one component.
function filterComponent(number) {
  reset();
  document.getElementById("filter-component").value = wanted.component = String(number);
  fill();
  document.getElementById("findings").scrollIntoView();
  document.getElementById("filter-component").focus({ preventScroll: true });
}

function reset() {
  for (const name of Object.keys(wanted)) {
    wanted[name] = "";
    document.getElementById(`filter-${name}`).value = "";
  }
  shown = PAGE;
}

function filters() {
  const byText = (a, b) => (a[1] < b[1] ? -1 : 1);
  const rules = [...new Set(found.rows.map((row) => row.rule))].map((number) => [number, text(number)]).sort(byText);
  const components = found.components.map(([, words], number) => [number, words]).sort(byText);
  const targets = data.targets.map((id, number) => [number, id]);
  const severities = [["", "all"], ["blocker", "blockers"], ["error", "errors and worse"], ["warning", "warnings and worse"]];
  const searched = el("input", { id: "filter-text", type: "search", autocomplete: "off", oninput: refilter("text") });
  return el(
    "div",
    { role: "search", class: "filters", "aria-label": "Filter the findings" },
    choice("Target", "filter-target", [["", "all"], ...targets], refilter("target")),
    choice("Severity", "filter-severity", severities, refilter("severity")),
    choice("Component", "filter-component", [["", "all"], ...components], refilter("component")),
    choice("Rule", "filter-rule", [["", "all"], ...rules], refilter("rule")),
    el("div", { class: "field" }, el("label", { for: "filter-text" }, "Text"), searched),
    el("button", { type: "button", id: "filter-reset", onclick: () => (reset(), fill()) }, "Clear filters"),
  );
}

const findingsBody = document.getElementById("findings-body");
if (found.total) {
  findingsBody.append(filters(), state, list, more);
  fill();
} else {
  findingsBody.append(el("p", {}, "There are no findings."));
}
