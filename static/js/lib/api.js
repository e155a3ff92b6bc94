/** Requests to the product's own REST resources, in the reader's language and with the session's proof of origin. */

const ENDS_SESSION = new Set(["not_authenticated", "session_ended", "account_inactive", "account_pending"]);

/** Tells of `expired`: a request was refused because nobody is logged in any more. */
export const session = new EventTarget();

/** Say whether a refusal with this code means that nobody is logged in any more. */
export function endsSession(code) {
  return ENDS_SESSION.has(code);
}

/** A refusal: `code`, `message` and `details` are the server's, `retryAfter` is in seconds where it named a time. */
export class ApiError extends Error {
  constructor(status, { code = "unreachable", message = "", details = {} } = {}, retryAfter = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/**
 * Send a request and return the body of its answer, null where there is none; raises ApiError, also when no answer came.
 * @param {string} method
 * @param {string} url
 * @param {{body?: object | FormData, signal?: AbortSignal}} options
 */
export async function request(method, url, { body = null, signal = null } = {}) {
  const answer = await send(method, url, { body, signal });
  return answer.status === 204 ? null : answer.json().catch(() => ({}));
}

/**
 * Send a form and be told which share of it has gone, 0 to 1; returns the body of the answer, raises as `request` does.
 * @param {string} url
 * @param {FormData} body
 * @param {{signal: AbortSignal, onProgress: (share: number) => void}} options
 */
export function upload(url, body, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest(); // fetch does not tell how far it is
    sending.open("POST", url);
    for (const [name, value] of Object.entries(headersOf("POST"))) sending.setRequestHeader(name, value);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total ? loaded / total : 0),
    );
    sending.addEventListener("load", () => {
      const { status, response } = sending;
      const wait = Number(sending.getResponseHeader("Retry-After")) || null;
      if (status >= 200 && status < 300) resolve(response ?? {});
      else reject(refusal(status, response ?? {}, wait));
    });
    sending.addEventListener("error", () => reject(new ApiError(0)));
    sending.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    signal.addEventListener("abort", () => sending.abort());
    if (signal.aborted) reject(new DOMException("aborted", "AbortError"));
    else sending.send(body);
  });
}

/** Send a request that is answered by a stream of events and return the first one; what follows is not waited for. */
export async function firstEvent(method, url) {
  const answer = await send(method, url, { accept: "text/event-stream" });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const [, event] = /^data: (.*)\n\n/mu.exec(text) ?? [];
    if (!event) continue;
    reader.cancel();
    return JSON.parse(event);
  }
  throw new ApiError(0);
}

async function send(method, url, options) {
  const answer = await attempt(method, url, options);
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw refusal(answer.status, said, Number(answer.headers.get("Retry-After")) || null);
}

function refusal(status, said, retryAfter) {
  const error = new ApiError(status, said, retryAfter);
  if (endsSession(error.code)) session.dispatchEvent(new Event("expired"));
  return error;
}

async function attempt(method, url, { body = null, signal = null, accept = "application/json" }) {
  const isJson = body && !(body instanceof FormData);
  const headers = headersOf(method, accept);
  if (isJson) headers["Content-Type"] = "application/json";
  try {
    return await fetch(url, { method, headers, signal, body: isJson ? JSON.stringify(body) : body });
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError(0);
  }
}

function headersOf(method, accept = "application/json") {
  const proof = method === "GET" ? {} : { "X-CSRFToken": csrfToken() };
  return { Accept: accept, "Accept-Language": document.documentElement.lang, ...proof };
}

function csrfToken() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
