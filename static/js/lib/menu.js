/** Menus made of `<details data-menu>`: they work without script; with it they close like menus do. */

export function mountMenus(root) {
  for (const menu of root.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", (event) => {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
}
