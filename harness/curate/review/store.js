// The verdicts: the latest on each item, kept in the browser and written as JSON Lines.
class Store {
  constructor(data) {
    this.data = data;
    this.place = `review:${data.sha256}:${data.reviewer}`;
    this.verdicts = new Map();
    this.history = [];
    this.kept = true;
    try {
      const lines = localStorage.getItem(this.place);
      localStorage.setItem(this.place, lines || "");
      if (lines) this.read(lines);
    } catch {
      this.kept = false;
    }
  }

  static key(document, layer, item) {
    return JSON.stringify([document, layer, item]);
  }

  static keyOf(record) {
    return record.item === null
      ? `add ${Store.key(record.document, record.layer, record.to)}`
      : Store.key(record.document, record.layer, record.item);
  }

  put(record) {
    const key = Store.keyOf(record);
    this.history.push([key, this.verdicts.get(key)]);
    this.verdicts.set(key, record);
    this.keep();
    return key;
  }

  drop(key) {
    this.history.push([key, this.verdicts.get(key)]);
    this.verdicts.delete(key);
    this.keep();
  }

  // The key of the item whose last verdict was taken back; undefined where there is none.
  undo() {
    const last = this.history.pop();
    if (!last) return undefined;
    const [key, before] = last;
    if (before) this.verdicts.set(key, before);
    else this.verdicts.delete(key);
    this.keep();
    return key;
  }

  // Whether an item that a change or an addition would make is one that another verdict makes already.
  makes(document, layer, item, but) {
    const wanted = Store.key(document, layer, item);
    return [...this.verdicts].some(
      ([key, record]) => key !== but && record.to && Store.key(record.document, record.layer, record.to) === wanted);
  }

  keep() {
    if (!this.kept) return;
    try {
      localStorage.setItem(this.place, this.lines());
    } catch {
      this.kept = false;
    }
  }

  lines() {
    return [...this.verdicts.values()].map((record) => `${JSON.stringify(record)}\n`).join("");
  }

  // Take up saved lines; how many. A line of another reviewer or of another state of the gold is refused.
  read(lines) {
    const known = new Set(this.data.items.map((entry) => Store.key(entry.document, entry.layer, entry.item)));
    const records = lines.split("\n").filter((line) => line.trim()).map((line, number) => {
      const record = JSON.parse(line);
      const where = `line ${number + 1}`;
      if (record.gold_sha256 !== this.data.sha256) throw new Error(`${where} is on another version of the gold`);
      if (record.reviewer !== this.data.reviewer) throw new Error(`${where} is by ${record.reviewer}`);
      if (record.item !== null && !known.has(Store.keyOf(record))) throw new Error(`${where} is on no item of this page`);
      return record;
    });
    records.forEach((record) => this.verdicts.set(Store.keyOf(record), record));
    return records.length;
  }
}
