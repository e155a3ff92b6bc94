// Starts Redoc from the attributes of its element. Its search needs a worker from a blob, which the page forbids.
const root = document.getElementById("redoc");

// Redoc shows its maker's logo from a foreign host; no page of ours asks one.
const image = HTMLImageElement.prototype;

image.setAttribute = function setAttribute(name, value) {
  if (name !== "src" || new URL(value, location.href).origin === location.origin) {
    Element.prototype.setAttribute.call(this, name, value);
  }
};

Object.defineProperty(image, "src", {
  get() {
    return this.getAttribute("src") ?? "";
  },
  set(value) {
    this.setAttribute("src", value);
  },
});

window.Redoc.init(
  root.dataset.schema,
  { disableSearch: true, hideLoading: true, nativeScrollbars: true },
  root,
);
