/** A menu in a popover: opens beside its opener, goes by arrows, and gives the focus back. */

const GAP = 4;
const MARGIN = 8;

export class PopoverMenu {
  /** @param {HTMLElement} menu an element with `popover` and `role="menu"` */
  constructor(menu) {
    this.menu = menu;
    this.opener = null;
    menu.addEventListener("keydown", (event) => this.keyPressed(event));
    menu.addEventListener("toggle", (event) => event.newState === "closed" && this.closed());
    addEventListener("resize", () => this.close(), { passive: true });
  }

  open(opener) {
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    this.menu.showPopover();
    this.place(opener.getBoundingClientRect());
    this.items()[0]?.focus();
  }

  close() {
    if (this.menu.matches(":popover-open")) this.menu.hidePopover();
  }

  closed() {
    this.opener?.removeAttribute("aria-expanded");
    if (this.menu.contains(document.activeElement) || document.activeElement === document.body) {
      this.opener?.focus({ preventScroll: true });
    }
  }

  /** Put the menu below its opener, with their ends in one line; above, where below is no room. */
  place(box) {
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const isRtl = document.documentElement.dir === "rtl";
    const start = isRtl ? box.left : box.right - width;
    const x = Math.max(MARGIN, Math.min(start, innerWidth - width - MARGIN));
    const isRoom = box.bottom + GAP + height + MARGIN <= innerHeight;
    const y = isRoom ? box.bottom + GAP : Math.max(MARGIN, box.top - GAP - height);
    this.menu.style.setProperty("inset", `${Math.round(y)}px auto auto ${Math.round(x)}px`);
  }

  items() {
    return [...this.menu.querySelectorAll("[role=menuitem]")].filter((item) => !item.hidden);
  }

  keyPressed(event) {
    const items = this.items();
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) items[(next + items.length) % items.length].focus();
    else if (event.key === "Tab") this.close();
    else if (event.key !== "Escape") return;
    if (event.key === "Escape") this.close();
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }
}
