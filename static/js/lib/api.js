/** Requests to the product's own REST resources, in the reader's language and with the session's proof of origin. */

/** A refusal: `code` and `message` are the server's, `retryAfter` is in seconds where it named a time. */
export class ApiError extends Error {
  constructor(status, { code = "unreachable", message = "" } = {}, retryAfter = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
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
  const answer = await send(method, url, body, signal);
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw new ApiError(answer.status, said, Number(answer.headers.get("Retry-After")) || null);
}

async function send(method, url, body, signal) {
  const isForm = body instanceof FormData;
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (body && !isForm) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  try {
    return await fetch(url, { method, headers, signal, body: isForm || !body ? body : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0);
  }
}

function csrfToken() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
