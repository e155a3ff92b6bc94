/** The list of conversations: a drawer over a narrow page, a column of a wide one that can be put away. */

const NARROW = "(width < 64rem)";
const PUT_AWAY = "data-sidebar-hidden";

export class Drawer {
  /** @param {HTMLElement} root the page */
  constructor(root) {
    this.sidebar = root.querySelector("[data-part=sidebar]");
    this.opener = root.querySelector("[popovertarget=sidebar]:not([popovertargetaction])");
    this.behind = [root.querySelector("[data-part=column]"), document.querySelector(".skip-link")];
    this.from = null;
    this.sidebar.addEventListener("beforetoggle", ({ newState }) => {
      if (newState === "open") this.from = document.activeElement;
    });
    this.sidebar.addEventListener("toggle", ({ newState }) => this.toggled(newState === "open"));
    matchMedia(NARROW).addEventListener("change", () => this.sidebar.hidePopover());
    this.opener.addEventListener("click", (event) => {
      if (!document.body.hasAttribute(PUT_AWAY)) return;
      event.preventDefault();
      this.toggle();
    });
  }

  /** Show or hide the drawer of a narrow page, or the column of a wide one; the focus goes along. */
  toggle() {
    if (matchMedia(NARROW).matches) {
      this.sidebar.togglePopover();
      return;
    }
    const isAway = document.body.toggleAttribute(PUT_AWAY);
    if (isAway && document.activeElement === document.body) this.opener.focus();
    if (!isAway && getComputedStyle(this.opener).display === "none") this.enter();
  }

  enter() {
    if (document.activeElement === document.body || document.activeElement === this.opener) {
      this.sidebar.querySelector(".sidebar__new").focus();
    }
  }

  /** Nothing behind an open drawer has the focus; it goes back to where it came from. */
  toggled(isOpen) {
    for (const element of this.behind) element.inert = isOpen;
    this.sidebar.role = isOpen ? "dialog" : "complementary";
    this.sidebar.ariaModal = isOpen ? "true" : null;
    const { activeElement } = document;
    const isWithin = this.sidebar.contains(activeElement);
    // When the browser gave it back, what it came from was inert still.
    const isLost = isWithin || activeElement === document.body;
    if (isOpen && !isWithin) this.sidebar.querySelector("[popovertargetaction=hide]").focus();
    if (!isOpen && isLost) this.from?.focus({ preventScroll: true });
  }
}
