// Starts Swagger UI from the attributes of its element, so that the page needs no inline script.
const root = document.getElementById("swagger");

function csrfToken() {
  const match = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return match ? decodeURIComponent(match[1]) : "";
}

window.SwaggerUIBundle({
  url: root.dataset.schema,
  domNode: root,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "none",
  validatorUrl: null,
  requestInterceptor(request) {
    const token = csrfToken();
    if (token && new URL(request.url, location.href).origin === location.origin) {
      request.headers["X-CSRFToken"] = token;
    }
    return request;
  },
});
