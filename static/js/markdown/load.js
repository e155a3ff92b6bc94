/** The packages that answers are shown with, fetched when they are first needed and never twice. */

let markdown = null;

/**
 * Return what shows answers, or null where the packages are not installed.
 * @returns {Promise<{parser: object, sanitiser: import("./sanitise.js").Sanitiser} | null>}
 */
export function loadMarkdown() {
  markdown ??= Promise.all([
    import("./parser.js"),
    import("./sanitise.js"),
    import("../../vendor/markdown-it.js"),
    import("../../vendor/dompurify.js"),
  ]).then(
    ([{ makeParser }, { Sanitiser }]) => ({
      parser: makeParser(globalThis.markdownit),
      sanitiser: new Sanitiser(globalThis.DOMPurify),
    }),
    () => null,
  );
  return markdown;
}
