"use strict";
(() => {
  document.documentElement.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.getElementById("filters");
  const errors = all(".error");
  const documents = all(".document");
  const filters = all("select", form);
  const folded = new WeakMap();
  let last = null;

  // One spelling for search: no vowel marks, one alef, ya for alef maqsura, ha for ta marbuta.
  const fold = (text) =>
    text.normalize("NFKC").toLowerCase().replace(/[\u064B-\u065F\u0670\u0640\u200D]/g, "").replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه").replace(/\s+/g, " ").trim();

  // The text of an element without labels and joiners, folded once.
  const textOf = (element) => {
    if (!folded.has(element)) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
        node.nodeType === 3 ? NodeFilter.FILTER_ACCEPT : node.matches(".tag, .join, .side") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP);
      let text = "";
      while (walker.nextNode()) text += walker.currentNode.data;
      folded.set(element, fold(text));
    }
    return folded.get(element);
  };

  const holds = (error, name, value) => {
    const found = error.dataset[name];
    return name === "type" || name === "scorer" ? JSON.parse(found).includes(value) : found === value;
  };

  const apply = () => {
    const wanted = filters.filter((filter) => filter.value).map((filter) => [filter.name, filter.value]);
    const search = fold(form.elements.search.value);
    let shown = 0;
    for (const error of errors) {
      error.hidden = !wanted.every(([name, value]) => holds(error, name, value)) || !textOf(error).includes(search);
      shown += !error.hidden;
    }
    const chosen = form.elements.document ? form.elements.document.value : "";
    for (const shownDocument of documents) {
      const named = fold(shownDocument.dataset.document).includes(search);
      let found = named;
      for (const line of all(".line", shownDocument)) {
        line.hidden = !named && !textOf(line).includes(search);
        found ||= !line.hidden;
      }
      shownDocument.hidden = !found || Boolean(chosen && shownDocument.dataset.document !== chosen);
    }
    const narrowed = wanted.length || search;
    document.getElementById("count").textContent = (narrowed ? `${shown} of ` : "") + `${errors.length} ${errors.length === 1 ? "error" : "errors"}`;
  };

  // What a link leads to is shown, whatever is filtered: parts of the page and documents from their start, and so
  // whatever is taller than the window; what is small in the middle, with what stands around it.
  const reveal = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); apply(); }
    for (let holder = target.closest("details"); holder; holder = holder.parentElement.closest("details")) holder.open = true;
    if (target.matches(".error")) last = target;
    for (const before of all(".target")) before.classList.remove("target");
    target.classList.add("target");
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    const scroll = () => {
      const whole = target.matches("main > section, .document") || target.offsetHeight > innerHeight / 2;
      target.scrollIntoView({ block: whole ? "start" : "center", behavior: "instant" });
    };
    scroll();
    // Documents out of sight have no height of their own: what comes into sight may move the target once more.
    requestAnimationFrame(() => requestAnimationFrame(scroll));
    target.focus({ preventScroll: true });
  };

  const named = () => decodeURIComponent(location.hash.slice(1));

  const go = (id) => {
    reveal(id);
    // A page without an address of its own, as MLflow shows its artifacts, cannot have it changed, and a browser follows
    // no link to a place in it.
    try { if (named() !== id) history.pushState(null, "", `#${id}`); } catch { return; }
  };

  const step = (items, by) => {
    const visible = items.filter((item) => !item.hidden);
    if (!visible.length) return;
    const here = visible.indexOf(document.activeElement.closest(items === errors ? ".error" : ".document"));
    const from = here >= 0 ? here : items === errors && last && !last.hidden ? visible.indexOf(last) : by > 0 ? -1 : visible.length;
    const next = visible[Math.min(visible.length - 1, Math.max(0, from + by))];
    if (items === errors) last = next;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: items === errors ? "nearest" : "start" });
  };

  const keys = {
    j: () => step(errors, 1),
    k: () => step(errors, -1),
    d: () => step(documents, 1),
    u: () => step(documents, -1),
    e: () => last && go(last.id),
    "/": () => form.elements.search.focus(),
    x: () => { form.reset(); apply(); },
    "?": () => { const help = document.getElementById("keys"); help.open = !help.open; if (help.open) help.scrollIntoView({ block: "nearest" }); },
    Enter: () => { const error = document.activeElement; if (error.matches(".error")) go(error.querySelector(".place").hash.slice(1)); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea")) { if (event.key === "Escape") event.target.blur(); return; }
    if (!(event.key in keys) || (event.key !== "Enter" && !form.elements.keys.checked)) return;
    if (event.key === "Enter" && !event.target.matches(".error")) return;
    event.preventDefault();
    keys[event.key]();
  });

  // Source, cue and content of a claim light up together, on every side.
  const light = (event) => {
    const group = event.target.closest?.("[data-group]")?.dataset.group;
    for (const lit of all(".on")) lit.classList.toggle("on", lit.dataset.group === group);
    if (group) for (const part of all(`[data-group="${CSS.escape(group)}"]`)) part.classList.add("on");
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);

  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(decodeURIComponent(link.hash.slice(1)));
  });
  addEventListener("hashchange", () => reveal(named()));
  apply();
  if (location.hash) {
    reveal(named());
    // The browser goes to the place by itself once all is loaded.
    addEventListener("load", () => reveal(named()));
  }
})();
