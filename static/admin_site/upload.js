// Says that a chosen file is too large before it is sent, which may take minutes.
for (const field of document.querySelectorAll("input[type=file][data-max-bytes]")) {
  field.addEventListener("change", () => {
    const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.maxBytes));
    field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
    field.reportValidity();
  });
}
