"use strict";
// Each form offers what its columns hold, and keeps the rows of the table below it that have what is chosen.
for (const form of document.querySelectorAll("form.filters")) {
  const rows = [...form.nextElementSibling.querySelectorAll("tbody tr")];
  const value = (row, column) => row.cells[column].textContent.trim();
  const apply = () => {
    const wanted = [...form.querySelectorAll("select")].filter((select) => select.value);
    for (const row of rows) row.hidden = !wanted.every((select) => value(row, select.dataset.column) === select.value);
    const left = rows.filter((row) => !row.hidden).length;
    form.querySelector("output").textContent = (wanted.length ? `${left} of ` : "") + `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  };
  for (const select of form.querySelectorAll("select")) {
    const counts = new Map();
    for (const row of rows) counts.set(value(row, select.dataset.column), (counts.get(value(row, select.dataset.column)) ?? 0) + 1);
    for (const [name, count] of [...counts].sort((one, other) => other[1] - one[1])) select.append(new Option(`${name} (${count})`, name));
  }
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}
