/** Opens what answers rest on: the panel, and the look beside a number, are fetched when somebody first comes near one. */

const OPENERS = "[data-passage], a[href^='#citation-'], a[href^='#passage-']";
const MARKS = ".cite a[href^='#citation-']";
const ANY_ID = "00000000-0000-0000-0000-000000000000";

export class Sources {
  /**
   * @param {HTMLElement} root
   * @param {{words: import("../lib/dom.js").Words, panel: HTMLElement, behind: HTMLElement[]}} page `behind` is what
   *   cannot be reached while the panel covers it on a narrow screen
   */
  constructor(root, { words, panel, behind }) {
    this.root = root;
    this.page = {
      words,
      behind,
      urlOf: (passageId) => root.dataset.passageUrl.replace(ANY_ID, passageId),
    };
    this.place = panel;
    this.panel = null;
  }

  /** Open every citation and document inside the root. */
  serve() {
    this.root.addEventListener("click", (event) => {
      const opener = event.target.closest(OPENERS);
      if (!opener || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.open(opener);
    });
  }

  /** Show a look at the sources of the marks inside the root in that popover. */
  preview(element) {
    const fetching = new AbortController();
    const near = async (event) => {
      const mark = event.target.closest?.(MARKS);
      if (!mark || event.pointerType === "touch") return;
      const fetched = await import("./preview.js").catch(() => null);
      if (!fetched || fetching.signal.aborted) return; // a look is no more than that
      fetching.abort();
      const preview = new fetched.CitationPreview(element);
      preview.serve(this.root);
      preview.meet(mark);
    };
    for (const way of ["pointerover", "focusin"]) {
      this.root.addEventListener(way, near, { signal: fetching.signal });
    }
  }

  async open(opener) {
    const { PassagePanel } = await import("./citations.js");
    this.panel ??= new PassagePanel(this.place, this.page);
    this.panel.open(opener);
  }
}
