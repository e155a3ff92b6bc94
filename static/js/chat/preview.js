/** A look at a cited passage beside its number, on hover and on focus; Escape sends it away, the pointer may enter it. */

const MARKS = ".cite a[href^='#citation-']";
const SHOW_AFTER = 150;
const HIDE_AFTER = 200;
const GAP = 8;

export class CitationPreview {
  /** @param {HTMLElement} element a popover that is opened by hand */
  constructor(element) {
    this.element = element;
    this.mark = null;
    this.timer = 0;
    element.addEventListener("pointerenter", () => clearTimeout(this.timer));
    element.addEventListener("pointerleave", () => this.hideSoon());
  }

  /** Show previews of the marks inside `root`. */
  serve(root) {
    const markOf = (event) => event.target.closest?.(MARKS);
    root.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch" && markOf(event)) this.showSoon(markOf(event));
    });
    root.addEventListener("pointerout", (event) => markOf(event) && this.hideSoon());
    root.addEventListener("focusin", (event) => {
      const mark = markOf(event);
      if (mark?.matches(":focus-visible")) this.show(mark);
    });
    root.addEventListener("focusout", (event) => markOf(event) && this.hide());
    root.addEventListener("click", () => this.hide());
    document.addEventListener("scroll", () => this.hide(), { passive: true, capture: true });
    document.addEventListener("keydown", (event) => this.escaped(event), { capture: true });
  }

  /** Show the preview of a mark that was come near to before this listened, if that still holds. */
  meet(mark) {
    if (mark.matches(":focus-visible")) this.show(mark);
    else if (mark.matches(":hover")) this.showSoon(mark);
  }

  show(mark) {
    const source = document.getElementById(mark.getAttribute("href").slice(1));
    if (!source || !mark.isConnected) return;
    this.hide();
    this.mark = mark;
    const [title, quote] = [".source__title", ".source__quote"].map((part) =>
      source.querySelector(part).cloneNode(true),
    );
    title.className = "preview__title";
    quote.className = "preview__quote";
    this.element.replaceChildren(title, quote);
    mark.setAttribute("aria-describedby", this.element.id);
    this.element.showPopover();
    this.place(mark.getBoundingClientRect());
  }

  /** Stand above the mark, or beneath it where there is no room, and inside the window. */
  place({ left, width, top, bottom }) {
    const { offsetWidth, offsetHeight } = this.element;
    const room = document.documentElement.clientWidth - offsetWidth - GAP;
    const x = Math.max(GAP, Math.min(room, left + width / 2 - offsetWidth / 2));
    const y = top - offsetHeight - GAP > 0 ? top - offsetHeight - GAP : bottom + GAP;
    this.element.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
  }

  hide() {
    clearTimeout(this.timer);
    if (!this.mark) return;
    this.mark.removeAttribute("aria-describedby");
    this.mark = null;
    this.element.hidePopover();
  }

  showSoon(mark) {
    this.after(SHOW_AFTER, () => this.show(mark));
  }

  hideSoon() {
    this.after(HIDE_AFTER, () => this.hide());
  }

  after(milliseconds, act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, milliseconds);
  }

  /** Escape means the preview, and nothing else, while there is one. */
  escaped(event) {
    if (event.key !== "Escape" || !this.mark) return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
  }
}
