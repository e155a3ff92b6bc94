/** Light, dark or the system's: chosen at once, and remembered in the cookie that the server reads. */

const YEAR = 365 * 24 * 3600;

export function mountThemes(root) {
  for (const form of root.querySelectorAll("form[data-action=theme]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      choose(form, event.submitter.value);
    });
  }
}

function choose(form, theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
