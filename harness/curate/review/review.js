// The page: one item at a time in its text, what decided it, and what the reviewer says.
const data = JSON.parse(element("data").textContent);
// A type may be called like something that every object has.
data.named = Object.assign(Object.create(null), data.named);
const texts = new Map(Object.entries(data.texts).map(([name, text]) => [name, new Passage(text)]));
const store = new Store(data);
const existing = new Set(data.items.map((entry) => Store.key(entry.document, entry.layer, entry.item)));
const numbers = new Map(data.items.map((entry, number) => [Store.key(entry.document, entry.layer, entry.item), number]));
const VERDICTS = { accept: "accepted", change: "changed", exclude: "excluded", add: "added", flag: "flagged" };
const LAYERS = { entities: "mention", claims: "claim", sentences: "sentence" };
let entries = [], current = null;

const main = (layer, item) => (layer === "claims" ? item.content : item);
const kinds = (layer, item) => layer === "entities" ? [item.type] : layer === "sentences" ? [item.label]
  : Object.keys(data.attributes).map((name) => `${name}: ${item[name]}`);
const keyOf = (entry) => entry.key || Store.key(entry.document, entry.layer, entry.item);
const verdictOf = (entry) => store.verdicts.get(keyOf(entry));

// What has been added by the reviewer stands behind the items of the version.
function everything() {
  const added = [...store.verdicts].filter(([, record]) => record.item === null).map(([key, record]) => (
    { key, document: record.document, layer: record.layer, item: record.to, state: "added", passes: [], rivals: [], why: [] }));
  return [...data.items, ...added];
}

function filter() {
  const [name, layer, type, state] = ["document", "layer", "type", "state"].map((by) => element(`by-${by}`).value);
  entries = everything().filter((entry) => {
    const record = verdictOf(entry);
    const states = [entry.state, record ? record.verdict : "open"];
    return (!name || entry.document === name) && (!layer || entry.layer === layer)
      && (!type || kinds(entry.layer, entry.item).includes(type)) && (!state || states.includes(state));
  });
}

function options(id, rows) {
  element(id).replaceChildren(...[["", "all"], ...rows].map(([value, name]) => make("option", name, { value })));
  element(id).addEventListener("change", () => { filter(); show(entries[0] || null); });
}

function show(entry) {
  current = entry;
  editor.form.hidden = true;
  editor.selected = null;
  element("said").textContent = "";
  draw();
  const mark = element("text").querySelector(".here");
  if (mark) {
    const box = element("text"), top = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += top - box.clientHeight / 3;
  }
}

function draw() {
  const done = data.items.filter((entry) => verdictOf(entry)).length;
  element("progress").max = data.items.length;
  element("progress").value = done;
  const flagged = [...store.verdicts.values()].filter((record) => record.verdict === "flag").length;
  const added = [...store.verdicts.values()].filter((record) => record.item === null).length;
  element("done").textContent = `${done} of ${data.items.length} items` + (flagged ? `, ${flagged} of them flagged` : "")
    + (added ? `, ${added} added` : "");
  element("storage").textContent = store.kept
    ? "Progress is kept in this browser. What counts is the saved file."
    : "This browser keeps nothing here (a private window?): save the file before the page is closed.";
  for (const id of ["accept", "change", "exclude", "flag"]) element(id).disabled = !current;
  element("accept").disabled = element("flag").disabled = !current || current.state === "added";
  element("undo").disabled = !store.history.length;
  const place = entries.indexOf(current);
  element("title").textContent = current ? `${LAYERS[current.layer]} ${place + 1} of ${entries.length}` : "No item is left by these filters";
  for (const id of ["chips", "facts", "why", "text"]) element(id).replaceChildren();
  if (!current) return;
  const record = verdictOf(current);
  const chip = (said, kind) => element("chips").append(make("span", said, { className: `chip ${kind}` }), " ");
  if (record) chip(`you: ${VERDICTS[record.verdict]}`, "mine");
  chip(current.state, current.state);
  chip(current.document, "name");
  drawText();
  const shown = (item) => Object.entries(item).filter(([name]) => !["start", "end"].includes(name));
  for (const [name, value] of shown(current.item)) fact(name, value);
  if (record && record.to && record.item) {
    for (const [name, value] of shown(record.to)) {
      if (JSON.stringify(value) !== JSON.stringify(current.item[name])) fact(`${name}, as you have it`, value, "mine");
    }
  }
  if (record && record.note) fact("your reason", `${record.rules.join(" ")}: ${record.note}`, "mine");
  drawReasons();
}

function said(value) {
  return value === null ? "absent" : typeof value === "object" ? value.text : data.named[value] ? `${value} (${data.named[value]})` : String(value);
}

function fact(name, value, kind = "") {
  const row = make("div", "", { className: kind });
  const shown = make("dd");
  shown.append(make("bdi", said(value)));
  row.append(make("dt", name), shown);
  element("facts").append(row);
}

function drawReasons() {
  const box = element("why");
  box.append(make("h3", "Why it is here"));
  const passes = (several) => several.length ? `in ${several.length} of ${data.passes.length} passes (${several.join(", ")})` : "in no pass";
  if (data.passes.length && current.state !== "added") box.append(make("p", passes(current.passes)));
  for (const why of current.why) box.append(make("p", `suggested: ${why}`, { dir: "auto" }));
  decided(box, current.decision);
  if (current.state === "added") box.append(make("p", "You added it; exclude takes it back."));
  for (const rival of current.rivals) {
    const other = make("div", "", { className: "rival" });
    if (rival.passes.length || rival.decision) other.append(make("p", `left out: ${passes(rival.passes)}`));
    for (const why of rival.why) other.append(make("p", `suggested: ${why}`, { dir: "auto" }));
    const item = make("p", main(current.layer, rival.item).text || "", { dir: "auto", lang: "ar" });
    const differs = Object.entries(rival.item).filter(([name, value]) => !["start", "end", "text"].includes(name)
      && (current.layer !== "claims" || JSON.stringify(value) !== JSON.stringify(current.item[name])));
    const list = make("p", differs.map(([name, value]) => `${name}: ${said(value)}`).join("; "), { dir: "auto" });
    other.append(item, list);
    decided(other, rival.decision, current.decision);
    const take = make("p", "", { className: "buttons" });
    for (const [verdict, name] of [["change", "change into this one"], ["add", "add this one"]]) {
      if (current.state === "added" || (verdict === "add" && rival.layer === "sentences")) continue;
      const button = make("button", name, { type: "button" });
      button.addEventListener("click", () => edit(verdict, rival.item));
      take.append(button);
    }
    other.append(take);
    box.append(other);
  }
}

function decided(box, decision, but) {
  if (!decision || (but && decision.note === but.note)) return;
  for (const id of decision.rules) {
    const rule = data.rules[id];
    box.append(make("p", rule ? `${id} (${rule.heading}): ${rule.text}` : id, { className: "rule", dir: "auto" }));
  }
  box.append(make("p", decision.note, { dir: "auto" }));
}

// The whole document; the spans of the item are marked, those of others of its layer underlined.
function drawText() {
  const text = texts.get(current.document), { layer } = current;
  const record = verdictOf(current), item = record && record.to ? record.to : current.item;
  const spans = [];
  const cover = (span, name) => span && spans.push([span.start, span.end, name]);
  for (const [number, entry] of data.items.entries()) {
    if (entry.document === current.document && entry.layer === layer && entry !== current && layer !== "sentences") {
      cover(main(layer, entry.item), number);
    }
  }
  for (const role of layer === "claims" ? SPANS.claims : [""]) cover(role ? item[role] : item, role || "item");
  const edges = [...new Set([0, text.length, ...spans.flatMap(([start, end]) => [start, end])])].sort((a, b) => a - b);
  const begins = new Map(edges.map((edge) => [edge, []]));
  for (const span of spans) begins.get(span[0]).push(span);
  let open = [];
  const pieces = [];
  for (let number = 0; number + 1 < edges.length; number += 1) {
    const start = edges[number];
    open = [...open.filter((span) => span[1] > start), ...begins.get(start)];
    const roles = open.filter((span) => typeof span[2] === "string").map((span) => span[2]);
    const others = open.filter((span) => typeof span[2] === "number");
    const piece = make(roles.length ? "mark" : "span", text.slice(start, edges[number + 1]));
    piece.className = [...roles, ...(roles.length ? ["here"] : []), ...(others.length ? ["other"] : [])].join(" ");
    if (roles.length) piece.title = roles.join(", ");
    piece.dataset.start = start;
    if (others.length) piece.dataset.entry = others.at(-1)[2];
    pieces.push(piece);
  }
  element("text").replaceChildren(...pieces);
}

// The selected stretch of the text, by whole letters; null where nothing is selected.
function selection() {
  const chosen = getSelection();
  if (!current || !chosen.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  const offset = (node, units) => {
    const holder = node.nodeType === Node.TEXT_NODE ? node.parentElement : null;
    if (!holder || holder.parentElement !== element("text")) return null;
    return Number(holder.dataset.start) + Array.from(node.data.slice(0, units)).length;
  };
  const edges = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
  return edges.includes(null) || edges[0] >= edges[1] ? null : texts.get(current.document).snap(edges);
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function record(verdict, { layer = current.layer, to = null, rules = [], note = "" } = {}) {
  return {
    document: current.document, layer, item: verdict === "add" ? null : current.item, verdict, to, rules, note,
    reviewer: data.reviewer, date: today(), gold_sha256: data.sha256,
  };
}

// Take up what the form says; a problem is given back as text.
function taken({ verdict, layer, to, rules, note }) {
  if (to) {
    if (verdict === "change" && JSON.stringify(to) === JSON.stringify(current.item)) return "Nothing is changed: accept says so.";
    if (layer === "claims" && !to.speaker && verdict === "add") return "The speaker is missing.";
    if (existing.has(Store.key(current.document, layer, to)) || store.makes(current.document, layer, to, keyOf(current))) {
      return "There is such an item already: exclude takes away what is there twice.";
    }
    if (current.state === "added" && verdict === "change") {
      store.drop(current.key);
      verdict = "add";
    }
  }
  put(record(verdict, { layer, to: to && structuredClone(to), rules, note }));
  return "";
}

function put(made) {
  store.put(made);
  editor.selected = null;
  const said = VERDICTS[made.verdict];
  if (made.verdict === "add") {
    filter();
    draw();
  } else move(1, true);
  element("said").textContent = `${said}; undo takes it back`;
}

function move(step, open = false) {
  const rest = entries.indexOf(current);
  for (let place = rest + step; place >= 0 && place < entries.length; place += step) {
    if (!open || !verdictOf(entries[place])) return show(entries[place]);
  }
  draw();
  if (open && current) element("said").textContent = "This was the last open item from here on.";
}

function undo() {
  const key = store.undo();
  if (!key) return;
  filter();
  const entry = data.items[numbers.get(key)] || entries.find((other) => other.key === key) || current;
  if (entry && !entries.includes(entry)) {
    for (const by of ["document", "layer", "type", "state"]) element(`by-${by}`).value = "";
    filter();
  }
  show(entries.includes(entry) ? entry : entries[0] || null);
  element("said").textContent = "taken back";
}

// The form opens with `item` in the place of what is there, if it is given.
function edit(verdict, item = null) {
  if (!current) return;
  if (verdict === "exclude" && current.state === "added") {
    store.drop(current.key);
    filter();
    return show(entries[0] || null);
  }
  const text = texts.get(current.document), span = main(current.layer, current.item);
  const first = text.runs().find((run) => run[1] > span.start);
  editor.show(verdict, current, text, verdictOf(current), selection() || editor.selected || first, item);
}

function save() {
  const url = URL.createObjectURL(new Blob([store.lines()], { type: "application/jsonl" }));
  make("a", "", { href: url, download: `review-${data.reviewer}.jsonl` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  element("said").textContent = `${store.verdicts.size} verdicts saved`;
}

async function load(file) {
  try {
    const count = store.read(await file.text());
    store.keep();
    filter();
    show(entries[0] || null);
    element("said").textContent = `${count} verdicts loaded`;
  } catch (error) {
    element("said").textContent = `${file.name}: nothing was loaded: ${error.message}`;
  }
}

const editor = new Editor(data, taken);
const ACTS = {
  a: () => {
    if (!current || current.state === "added") return;
    // What is not decided yet is decided by this: with its rules and a reason.
    if (!data.decided && current.passes.length < data.passes.length) edit("accept");
    else put(record("accept"));
  },
  c: () => edit("change"),
  x: () => edit("exclude"),
  f: () => { if (current && current.state !== "added") edit("flag"); },
  m: () => edit("add"),
  u: undo,
  n: () => move(1),
  p: () => move(-1),
  s: save,
};
const BUTTONS = { accept: "a", change: "c", exclude: "x", flag: "f", add: "m", undo: "u", next: "n", previous: "p", save: "s" };
for (const [id, key] of Object.entries(BUTTONS)) element(id).addEventListener("click", () => ACTS[key]());
element("load").addEventListener("change", async (event) => {
  if (event.target.files[0]) await load(event.target.files[0]);
  // Else the same file, chosen once more, would be no change.
  event.target.value = "";
});
element("filters").addEventListener("submit", (event) => event.preventDefault());
element("text").addEventListener("click", (event) => {
  const number = event.target.dataset.entry;
  if (number === undefined || selection()) return;
  const entry = data.items[Number(number)];
  if (entries.includes(entry)) show(entry);
});
document.addEventListener("selectionchange", () => { editor.selected = selection() || editor.selected; });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && editor.open) return editor.close();
  if (event.ctrlKey || event.altKey || event.metaKey || editor.open) return;
  if (event.target.closest("input, textarea, select")) return;
  // With an Arabic layout the key is an Arabic letter: there the place on the keyboard counts.
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  if (!Object.hasOwn(ACTS, key)) return;
  event.preventDefault();
  ACTS[key]();
});
addEventListener("beforeunload", (event) => { if (!store.kept && store.verdicts.size) event.preventDefault(); });

options("by-document", Object.keys(data.texts).map((name) => [name, name]));
options("by-layer", data.layers.map((layer) => [layer, layer]));
options("by-type", [...new Set(data.items.flatMap((entry) => kinds(entry.layer, entry.item)))].map((name) => [name, name]));
options("by-state", [["open", "without a verdict"], ...new Set(data.items.map((entry) => entry.state)), ...Object.keys(VERDICTS)]
  .map((state) => (Array.isArray(state) ? state : [state, VERDICTS[state] || state])));
filter();
show(entries.find((entry) => !verdictOf(entry)) || entries[0] || null);
