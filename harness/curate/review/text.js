// A document's text: offsets are code points, as everywhere in the gold, and not JavaScript's UTF-16 units.
class Passage {
  constructor(text) {
    this.points = Array.from(text);
    this.length = this.points.length;
    this.letters = null;
    this.words = null;
  }

  slice(start, end) {
    return this.points.slice(start, end).join("");
  }

  // Where a letter with all its marks, or an emoji of several code points, begins; the end of the text comes last.
  edges() {
    if (this.letters) return this.letters;
    const text = this.points.join("");
    const pieces = globalThis.Intl && Intl.Segmenter
      ? Array.from(new Intl.Segmenter("ar", { granularity: "grapheme" }).segment(text), (piece) => piece.segment)
      : text.match(/[^\p{M}]?\p{M}*/gsu).filter(Boolean);
    const edges = [];
    let place = 0;
    for (const piece of pieces) {
      // A tatweel under a mark stretches the letter before it; the small waw and ya of the Quran are marks.
      const joined = place > 0 && /^[\p{M}\u06e5\u06e6]/u.test(piece);
      const stretched = place > 0 && this.points[place] === "\u0640" && this.marked(place);
      if (!joined && !stretched) edges.push(place);
      place += Array.from(piece).length;
    }
    edges.push(this.length);
    this.letters = edges;
    return edges;
  }

  marked(place) {
    let after = place;
    while (this.points[after] === "\u0640") after += 1;
    return after < this.length && /[\p{M}\u06e5\u06e6]/u.test(this.points[after]);
  }

  // Start and end of every run of characters other than white space.
  runs() {
    if (this.words) return this.words;
    const runs = [];
    let start = -1;
    for (let place = 0; place <= this.length; place += 1) {
      const blank = place === this.length || /\s/u.test(this.points[place]);
      if (!blank && start < 0) start = place;
      if (blank && start >= 0) {
        runs.push([start, place]);
        start = -1;
      }
    }
    this.words = runs;
    return runs;
  }

  // The next edge after `place`, or the one before it; `side` is 0 for the starts of words and 1 for their ends.
  step(place, onwards, byWord, side) {
    const edges = byWord ? this.runs().map((run) => run[side]) : this.edges();
    const next = onwards ? edges.find((edge) => edge > place) : edges.findLast((edge) => edge < place);
    return next === undefined ? place : next;
  }

  // The span widened to whole letters.
  snap([start, end]) {
    const edges = this.edges();
    return [edges.findLast((edge) => edge <= start), edges.find((edge) => edge >= end)];
  }
}
