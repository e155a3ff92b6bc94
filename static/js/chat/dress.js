/**
 * What comes on top of a finished answer, when it is about to be seen: a copy button and colours for its code, and its
 * formulas drawn. Without any of it the answer is complete.
 */

import { make } from "../lib/dom.js";
import { loadMarkdown } from "../markdown/load.js";

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

export class Dresser {
  /** @param {{words: import("../lib/dom.js").Words, status: HTMLElement}} page */
  constructor({ words, status }) {
    this.words = words;
    this.status = status;
    this.seen = new IntersectionObserver((entries) => this.dressSeen(entries), { rootMargin: "400px" });
  }

  /** Dress that answer's text as soon as it comes near the screen. */
  watch(text) {
    if (text.querySelector("pre, .math")) this.seen.observe(text);
  }

  dressSeen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.seen.unobserve(target);
      for (const pre of target.querySelectorAll(":not(.code) > pre")) this.dressCode(pre);
      for (const formula of target.querySelectorAll("code.math")) this.dressFormula(formula);
    }
  }

  async dressCode(pre) {
    const code = pre.querySelector("code");
    const language = /language-(\S+)/u.exec(code.className)?.[1] ?? "";
    const copy = make("button", { type: "button", class: "button code__copy" }, this.words.say("code-copy"));
    copy.addEventListener("click", () => this.copy(code, copy));
    const frame = make("div", { class: "code", dir: "ltr", "data-dressed": true });
    pre.replaceWith(frame);
    frame.append(make("div", { class: "code__bar" }, make("span", { lang: "en" }, language), copy), pre);
    const colours = code.textContent.length < MUCH_CODE && (await coloursOf(code.textContent, language));
    if (colours) code.replaceChildren(colours);
  }

  async copy(code, button) {
    await writeToClipboard(code);
    button.textContent = this.words.say("code-copied");
    this.status.textContent = this.words.say("code-copied");
    setTimeout(() => (button.textContent = this.words.say("code-copy")), COPIED_FOR);
  }

  async dressFormula(code) {
    const formula = await formulaOf(code.textContent, code.classList.contains("math--display"));
    if (!formula) return;
    code.replaceWith(make("span", { class: "formula", dir: "ltr", "data-dressed": true }, formula));
  }
}

/** Return the code in colours; null for a language that we do not know, or where the package is missing. */
async function coloursOf(code, name) {
  const language = LANGUAGES[name] ?? name;
  if (!/^[a-z]+$/u.test(language)) return null;
  try {
    const { default: highlighter } = await import("../../vendor/highlight/core.js");
    if (!highlighter.getLanguage(language)) {
      const { default: grammar } = await import(`../../vendor/highlight/${language}.js`);
      highlighter.registerLanguage(language, grammar);
    }
    const { sanitiser } = await loadMarkdown();
    return sanitiser.colouredCode(highlighter.highlight(code, { language }).value);
  } catch {
    return null;
  }
}

/** Return the formula as MathML; null where it cannot be read, or where the package is missing. */
async function formulaOf(tex, isDisplayed) {
  try {
    const { default: temml } = await import("../../vendor/temml.js");
    const { sanitiser } = await loadMarkdown();
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
