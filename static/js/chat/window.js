/**
 * A long conversation a page at a time: earlier messages come as the reader gets near them, and what is far away leaves
 * the page again, so that ten thousand messages weigh no more than two hundred.
 */

const KEPT = 200;

export class HistoryWindow {
  /**
   * @param {HTMLElement} log
   * @param {{frame: HTMLElement, isBusy: () => boolean, onShown: (messages: HTMLElement[]) => void}} page `frame`
   *   holds the links to what is not shown
   */
  constructor(log, { frame, isBusy, onShown }) {
    this.log = log;
    this.frame = frame;
    this.isBusy = isBusy;
    this.onShown = onShown;
    this.isLoading = false;
    this.near = new IntersectionObserver(
      (seen) => seen.at(-1).isIntersecting && scrollY > 0 && this.loadEarlier(),
      { rootMargin: "600px 0px 0px" },
    );
    this.watch();
    frame.addEventListener("click", (event) => {
      if (!event.target.closest("[data-part=earlier]")) return;
      event.preventDefault();
      this.loadEarlier();
    });
  }

  get link() {
    return this.frame.querySelector("[data-part=earlier]");
  }

  watch() {
    this.near.disconnect();
    if (this.link) this.near.observe(this.link);
  }

  /** Put the page before in front, without moving what is being read. */
  async loadEarlier() {
    if (this.isLoading || !this.link) return;
    this.isLoading = true;
    this.link.setAttribute("aria-busy", "true");
    try {
      const page = await read(this.link.href);
      const messages = [...page.querySelector("[data-part=log]").children];
      this.prepend(messages);
      this.onShown(messages);
      const next = page.querySelector("[data-part=earlier]");
      if (next) this.link.href = next.href;
      else this.link.parentElement.remove();
    } catch {
      this.link.removeAttribute("aria-busy"); // the link is still there, and works without us
    } finally {
      this.isLoading = false;
      this.watch();
    }
  }

  prepend(messages) {
    const anchor = this.log.firstElementChild;
    const before = anchor?.getBoundingClientRect().top ?? 0;
    this.log.prepend(...messages.map((message) => document.adoptNode(message)));
    this.link?.removeAttribute("aria-busy");
    this.dropLatest();
    if (anchor) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  }

  get isAtEnd() {
    return this.frame.querySelector("[data-part=latest]").parentElement.hidden;
  }

  /** Leave for the end of the conversation, if it is not on the page; returns whether it was left. */
  goToEnd() {
    if (this.isAtEnd) return false;
    location.assign(this.frame.querySelector("[data-part=latest]").href);
    return true;
  }

  /** Let the far end go; a link leads back to it. Not while something is being written there. */
  dropLatest() {
    if (this.log.children.length <= KEPT || this.isBusy()) return;
    while (this.log.children.length > KEPT) this.log.lastElementChild.remove();
    this.frame.querySelector("[data-part=latest]").parentElement.hidden = false;
  }
}

async function read(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error("no page");
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
