/** Small things of the page: making elements, cloning the server's templates, speaking its words. */

/**
 * Make an element. Attributes whose value is null or false are left out; children are nodes or strings (never HTML).
 * @param {string} name
 * @param {Record<string, string | boolean | null>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(attribute, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Return a copy of the first element of `<template id="…">`. */
export function cloneTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Fill `{name}` places of a phrase. */
export function fill(phrase, values) {
  return phrase.replace(/\{(\w+)\}/gu, (place, name) => (name in values ? String(values[name]) : place));
}

/**
 * The server's words, in its language: `<template id="…"><span data-word="name">…</span></template>`. A word with
 * `data-one` and `data-two` has those forms for 1 and 2 of `values.count`.
 */
export class Words {
  constructor(template) {
    this.words = template.content;
  }

  /** Return the phrase of that name; the name itself where there is none. */
  say(name, values = {}) {
    const entry = this.entry(name);
    if (!entry) return name;
    const { one, two } = entry.dataset;
    const form = (values.count === 1 && one) || (values.count === 2 && two) || entry.textContent.trim();
    return fill(form, values);
  }

  has(name) {
    return this.entry(name) !== null;
  }

  // Most words are never said, so that none is looked up before.
  entry(name) {
    return this.words.querySelector(`[data-word="${CSS.escape(name)}"]`);
  }
}

/** Values of this tab that survive a reload; without storage they last as long as the page. */
export class TabStore {
  constructor(prefix) {
    this.prefix = prefix;
    this.fallback = new Map();
  }

  get(name) {
    try {
      return JSON.parse(sessionStorage.getItem(this.prefix + name));
    } catch {
      return this.fallback.get(name) ?? null;
    }
  }

  set(name, value) {
    this.fallback.set(name, value);
    try {
      sessionStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Storage may be full or forbidden; the page itself still remembers.
    }
  }

  remove(name) {
    this.fallback.delete(name);
    try {
      sessionStorage.removeItem(this.prefix + name);
    } catch {
      // As above.
    }
  }
}
