"use strict";

const element = (id) => document.getElementById(id);

// An element whose text is text, whatever it holds.
function make(name, text = "", properties = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, properties);
}
