// Gives the cells of a list their column's name, which a phone shows beside each.
const heads = [...document.querySelectorAll("#result_list thead th")];
for (const row of document.querySelectorAll("#result_list tbody tr")) {
  for (const [column, cell] of [...row.cells].entries()) {
    const name = heads[column]?.querySelector(".text")?.textContent.trim();
    if (name && cell.localName === "td") cell.dataset.label = name;
  }
}

// Django's own signs beside the boxes of a choice have a name, but no role that may have one.
addEventListener("load", () => {
  for (const sign of document.querySelectorAll("span.help-tooltip[aria-label]")) {
    sign.setAttribute("role", "img");
  }
});

// Where several may be looked up by name, select2 puts a box to type in that it gives no name. It does so when
// jQuery is ready, which may be after the page has loaded; what asks jQuery later comes later.
globalThis.django?.jQuery?.(() => {
  for (const box of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
    const typing = box.nextElementSibling?.querySelector(".select2-search__field");
    if (box.labels[0]) typing?.setAttribute("aria-label", box.labels[0].textContent.trim());
  }
});
