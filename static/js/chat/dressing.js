/** Dresses a finished answer: a copy button and colours for each block of its code, and its formulas drawn. */

import { make } from "../lib/dom.js";

const LANGUAGES = {
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  docker: "dockerfile",
  html: "xml",
  js: "javascript",
  jsx: "javascript",
  kt: "kotlin",
  md: "markdown",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  yml: "yaml",
  zsh: "bash",
};
const MUCH_CODE = 20_000;
const COPIED_FOR = 2000;

/**
 * Dress that answer's text; returns when all of it is.
 * @param {HTMLElement} text
 * @param {import("./dress.js").Dresser} page
 */
export function dress(text, page) {
  const code = [...text.querySelectorAll(":not(.code) > pre")].map((pre) => dressCode(pre, page));
  return Promise.all([
    ...code,
    ...[...text.querySelectorAll("code.math")].map((formula) => dressFormula(formula, page)),
  ]);
}

async function dressCode(pre, page) {
  const code = pre.querySelector("code");
  const language = /language-(\S+)/u.exec(code.className)?.[1] ?? "";
  const copy = make("button", { type: "button", class: "button code__copy" }, page.words.say("code-copy"));
  copy.addEventListener("click", () => copyCode(code, copy, page));
  const frame = make("div", { class: "code", dir: "ltr", "data-dressed": true });
  pre.replaceWith(frame);
  frame.append(make("div", { class: "code__bar" }, make("span", { lang: "en" }, language), copy), pre);
  const colours = code.textContent.length < MUCH_CODE && (await coloursOf(code.textContent, language, page));
  if (colours) code.replaceChildren(colours);
}

async function copyCode(code, button, { words, status }) {
  await writeToClipboard(code);
  button.textContent = words.say("code-copied");
  status.textContent = words.say("code-copied");
  setTimeout(() => (button.textContent = words.say("code-copy")), COPIED_FOR);
}

async function dressFormula(code, page) {
  const formula = await formulaOf(code.textContent, code.classList.contains("math--display"), page);
  if (!formula) return;
  code.replaceWith(make("span", { class: "formula", dir: "ltr", "data-dressed": true }, formula));
}

/** Return the code in colours; null for a language that we do not know, or where the package is missing. */
async function coloursOf(code, name, page) {
  const language = LANGUAGES[name] ?? name;
  if (!/^[a-z]+$/u.test(language)) return null;
  try {
    const { default: highlighter } = await import("../../vendor/highlight/core.js");
    if (!highlighter.getLanguage(language)) {
      const { default: grammar } = await import(`../../vendor/highlight/${language}.js`);
      highlighter.registerLanguage(language, grammar);
    }
    const sanitiser = await page.sanitiser();
    return sanitiser.colouredCode(highlighter.highlight(code, { language }).value);
  } catch {
    return null;
  }
}

/** Return the formula as MathML; null where it cannot be read, or where the package is missing. */
async function formulaOf(tex, isDisplayed, page) {
  try {
    const { default: temml } = await import("../../vendor/temml.js");
    const sanitiser = await page.sanitiser();
    const options = {
      displayMode: isDisplayed,
      throwOnError: true,
      trust: false,
      maxExpand: 200,
      maxSize: [20, 20],
    };
    return sanitiser.formula(temml.renderToString(tex, options));
  } catch {
    return null;
  }
}

/** Copy the code's text; pages that are not served securely have only the selection to copy from. */
async function writeToClipboard(code) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(code.textContent);
    return;
  }
  getSelection().selectAllChildren(code);
  document.execCommand("copy");
}
