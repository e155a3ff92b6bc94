// Starts Redoc from the attributes of its element. Its search needs a worker from a blob, which the page forbids.
const root = document.getElementById("redoc");

window.Redoc.init(root.dataset.schema, { disableSearch: true, hideLoading: true, nativeScrollbars: true }, root);
