// Elements from plain values. Text from the scanned tree only ever becomes a text node or an attribute's value.
const data = JSON.parse(document.getElementById("data").textContent);

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return made;
}

// Roles are written out: a phone's layout takes a table apart, and its roles with it.
const cell = (label, ...children) => el("td", { role: "cell", "data-label": label }, ...children);

function grid(caption, heads, className) {
  const body = el("tbody", { role: "rowgroup" });
  const cells = heads.map((text) => el("th", { scope: "col", role: "columnheader" }, text));
  const head = el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, cells));
  return { table: el("table", { role: "table", class: className }, el("caption", {}, caption), head, body), body };
}

// A path that may break after each of its folders.
function breakable(path) {
  const [first, ...rest] = path.split("/");
  return [first, ...rest.flatMap((part) => ["/", el("wbr"), part])];
}

// Only our own catalog's pages become links.
function link(address) {
  if (!/^https:\/\/[!-~]+$/.test(address)) return document.createTextNode(address);
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, address);
}

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

const badge = (word) => el("span", { class: `badge ${word}` }, word);

function choice(label, id, options, changed) {
  const items = options.map(([value, text]) => el("option", { value }, text));
  return el("div", { class: "field" }, el("label", { for: id }, label), el("select", { id, onchange: changed }, items));
}

const opened = [];
window.addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open])")) {
    each.open = true;
    opened.push(each);
  }
});
window.addEventListener("afterprint", () => {
  for (const each of opened.splice(0)) each.open = false;
});

// A link to a closed block opens it.
function openTarget() {
  const there = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (there instanceof HTMLDetailsElement) there.open = true;
}
window.addEventListener("hashchange", openTarget);
for (const each of document.querySelectorAll('a[href^="#target-"]')) {
  each.addEventListener("click", () => (document.querySelector(each.getAttribute("href")).open = true));
}
openTarget();
