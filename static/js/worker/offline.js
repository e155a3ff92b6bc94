/**
 * The service worker: where a page cannot be fetched, it shows the one that says so. It keeps that page and its styles,
 * which are listed in `self.SHELL`, and never anything that was fetched for somebody.
 */

const CACHE = `shell:${self.SHELL.join(",")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept("/offline/")));
  else if (isShell(request.url)) event.respondWith(kept(request).catch(() => fetch(request)));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    self.SHELL.map(async (url) =>
      cache.put(url, await fetch(url, { credentials: "omit", cache: "no-cache" })),
    ),
  );
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (!found) throw new Error("not kept");
  return found;
}

function isShell(url) {
  return self.SHELL.slice(1).includes(new URL(url).pathname);
}
