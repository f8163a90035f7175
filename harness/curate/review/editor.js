// The form that changes an item, adds one, or asks for rules and a reason.
const SPANS = { entities: [""], claims: ["content", "cue", "source"], sentences: [] };

class Editor {
  constructor(data, done) {
    this.data = data;
    this.done = done;
    this.form = element("editor");
    this.selected = null;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.apply(); });
    element("cancel").addEventListener("click", () => this.close());
    element("layer").addEventListener("change", () => this.start(element("layer").value));
    element("choices").addEventListener("change", () => {
      element("rules").value = [...element("choices").selectedOptions].map((option) => option.value).join(" ");
    });
    element("rules").addEventListener("input", () => this.choose());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && event.ctrlKey) this.apply();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    const groups = new Map();
    for (const [id, rule] of Object.entries(data.rules)) {
      if (!groups.has(rule.heading)) groups.set(rule.heading, make("optgroup", "", { label: rule.heading }));
      groups.get(rule.heading).append(make("option", `${id} ${rule.text}`, { value: id }));
    }
    element("choices").replaceChildren(...groups.values());
  }

  get open() {
    return !this.form.hidden;
  }

  // `entry` is what is shown; `span` a stretch, and `item` a whole item, to begin with.
  show(verdict, entry, text, record, span, item) {
    Object.assign(this, { verdict, entry, text, span });
    const named = { accept: "Accept", change: "Change", exclude: "Exclude", flag: "Flag", add: "Add a missing" }[verdict];
    element("editing").textContent = `${named} ${verdict === "add" ? "item" : "this item"}`;
    element("problem").textContent = "";
    const layers = this.data.layers.filter((layer) => layer !== "sentences");
    element("layer-row").hidden = verdict !== "add";
    element("layer").replaceChildren(...layers.map((layer) => make("option", layer, { value: layer })));
    if (verdict === "add") {
      const layer = layers.includes(entry.layer) ? entry.layer : layers[0];
      element("layer").value = layer;
      if (item) this.fill(layer, structuredClone(item));
      else this.start(layer);
    } else {
      this.fill(entry.layer, structuredClone(item || (record && record.to ? record.to : entry.item)));
    }
    const same = record && record.verdict === verdict;
    element("rules").value = (same ? record.rules : verdict === "add" ? [] : (entry.decision || { rules: [] }).rules).join(" ");
    element("note").value = same ? record.note : "";
    this.choose();
    this.form.hidden = false;
    const first = ["change", "add"].includes(verdict) && this.form.querySelector(".stretch, #fields select");
    (first || element("rules")).focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.form.hidden = true;
    element("card").focus();
  }

  // An addition begins empty, with the selected stretch as its main span.
  start(layer) {
    const [start, end] = this.span;
    const span = { start, end, text: this.text.slice(start, end) };
    const { types, attributes } = this.data;
    if (layer === "entities") this.fill(layer, { ...span, type: types[0] });
    else {
      const values = Object.fromEntries(Object.entries(attributes).map(([name, several]) => [name, several[0]]));
      this.fill(layer, { content: span, cue: { ...span }, source: null, speaker: "", ...values });
    }
  }

  fill(layer, item) {
    Object.assign(this, { layer, item });
    const edits = ["change", "add"].includes(this.verdict);
    element("by-word-row").hidden = !edits || layer === "sentences";
    element("stretches").replaceChildren(...(edits ? SPANS[layer].map((role) => this.stretch(role)) : []));
    element("fields").replaceChildren(...(edits ? this.fields() : []));
  }

  fields() {
    const { layer, item } = this;
    if (layer === "entities") return [this.select("type", this.data.types)];
    if (layer === "sentences") return [this.select("label", this.data.labels)];
    const speaker = make("input", "", { id: "field-speaker", dir: "auto", value: item.speaker || "" });
    speaker.setAttribute("list", "speakers");
    speaker.addEventListener("input", () => { item.speaker = speaker.value.trim() || null; });
    const known = make("datalist", "", { id: "speakers" });
    known.append(...this.data.speakers.map((name) => make("option", "", { value: name })));
    const label = make("label", "speaker ");
    label.append(speaker, known);
    return [label, ...Object.entries(this.data.attributes).map(([name, values]) => this.select(name, values))];
  }

  select(name, values) {
    const select = make("select", "", { id: `field-${name}` });
    select.append(...values.map((value) => make("option", this.data.named[value] ? `${value} (${this.data.named[value]})` : value, { value })));
    select.value = this.item[name];
    select.addEventListener("change", () => { this.item[name] = select.value; });
    const label = make("label", `${name} `);
    label.append(select);
    return label;
  }

  // A stretch of the text whose ends are moved by keys or by buttons.
  stretch(role) {
    const name = role || "mention";
    const box = make("div", "", { className: "stretch", tabIndex: 0, id: `stretch-${name}` });
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${name}: arrow keys move its end, with Shift its start, with Control by words`);
    const shown = make("p", "", { dir: "rtl", lang: "ar" });
    shown.setAttribute("aria-live", "polite");
    const draw = () => {
      const span = this.part(role);
      if (!span) return shown.replaceChildren(make("span", "absent", { className: "muted", dir: "ltr", lang: "en" }));
      const { start, end } = span;
      const line = Math.max(this.text.points.lastIndexOf("\n", start - 1) + 1, start - 60);
      shown.replaceChildren(
        make("span", this.text.slice(line, start), { className: "context" }), make("mark", span.text),
        make("span", this.text.slice(end, end + 40).split("\n")[0], { className: "context" }));
    };
    const move = (side, onwards, byWord) => {
      const span = this.part(role);
      if (!span) return;
      const edges = [span.start, span.end];
      edges[side] = this.text.step(edges[side], onwards, byWord || element("by-word").checked, side);
      if (edges[0] < edges[1]) this.set(role, edges);
      draw();
    };
    const carry = (onwards) => {
      const span = this.part(role), runs = this.text.runs();
      const run = span && (onwards ? runs.find((run) => run[0] > span.start) : runs.findLast((run) => run[1] < span.end && run[0] < span.start));
      if (run) this.set(role, run);
      draw();
    };
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || event.altKey || event.metaKey) return;
      const { key, shiftKey, ctrlKey } = event;
      if (key === "ArrowLeft" || key === "ArrowRight") move(shiftKey ? 0 : 1, key === "ArrowLeft", ctrlKey);
      else if (key === "ArrowUp" || key === "ArrowDown") carry(key === "ArrowDown");
      else return;
      event.preventDefault();
    });
    const buttons = make("p", "", { className: "buttons" });
    const button = (said, label, act) => {
      const made = make("button", said, { type: "button" });
      made.setAttribute("aria-label", `${name}: ${label}`);
      made.addEventListener("click", act);
      buttons.append(made);
    };
    button("start →", "start earlier", () => move(0, false));
    button("start ←", "start later", () => move(0, true));
    button("end →", "end earlier", () => move(1, false));
    button("end ←", "end later", () => move(1, true));
    button("selection", "take what is selected in the text", () => { if (this.selected) this.set(role, this.selected); draw(); });
    if (role === "source") {
      button("absent / present", "absent or present", () => {
        if (this.item.source) this.item.source = null;
        else this.set(role, this.selected || [this.item.cue.start, this.item.cue.end]);
        draw();
      });
    }
    box.append(make("strong", name), shown, buttons);
    draw();
    return box;
  }

  part(role) {
    return role ? this.item[role] : this.item;
  }

  set(role, [start, end]) {
    const span = { start, end, text: this.text.slice(start, end) };
    if (role) this.item[role] = span;
    else Object.assign(this.item, span);
  }

  ids() {
    return element("rules").value.split(/[\s,;،]+/u).filter(Boolean);
  }

  choose() {
    const ids = new Set(this.ids());
    for (const option of element("choices").options) option.selected = ids.has(option.value);
  }

  apply() {
    const rules = this.ids(), note = element("note").value.trim();
    const known = Object.keys(this.data.rules);
    const odd = rules.find((rule) => known.length && !known.includes(rule));
    const edits = ["change", "add"].includes(this.verdict);
    const refuse = (problem, field) => { element("problem").textContent = problem; element(field).focus(); };
    if (!rules.length) return refuse("A rule is missing: which one says so?", "rules");
    if (odd) return refuse(`${odd} is no rule of the guidelines.`, "rules");
    if (!note) return refuse("The reason is missing.", "note");
    const problem = this.done({
      verdict: this.verdict, layer: this.layer, to: edits ? this.item : null, rules, note,
    });
    if (problem) element("problem").textContent = problem;
    else this.close();
  }
}
