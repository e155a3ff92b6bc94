/** What others asked and read about the documents of an answer. */

import { request } from "../lib/api.js";
import { make } from "../lib/dom.js";
import { phrase } from "../lib/isolation.js";

export async function showRelated(button, answer, words) {
  const place = answer.querySelector("[data-part=related]");
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  place.hidden = isOpen;
  if (isOpen) return;
  place.replaceChildren(make("p", { class: "muted small" }, words.say("related-loading")));
  try {
    const { questions, documents } = await request(
      "GET",
      `/api/v1/answers/${answer.dataset.answerId}/related`,
    );
    place.replaceChildren(...partsOf(questions, documents, words));
  } catch (error) {
    place.replaceChildren(make("p", { class: "muted small" }, error.message || words.say("not-done")));
  }
}

function partsOf(questions, documents, words) {
  const parts = [];
  if (questions.length) {
    const items = questions.map(({ text }) => {
      const ask = make(
        "button",
        { class: "related__question", type: "button", "data-action": "example" },
        phrase(text),
      );
      ask.dataset.question = text;
      return make("li", {}, ask);
    });
    parts.push(
      make("h3", { class: "related__heading" }, words.say("related-questions")),
      make("ul", {}, ...items),
    );
  }
  if (documents.length) {
    const items = documents.map(({ title }) => make("li", {}, phrase(title)));
    parts.push(
      make("h3", { class: "related__heading" }, words.say("related-documents")),
      make("ul", {}, ...items),
    );
  }
  return parts.length ? parts : [make("p", { class: "muted small" }, words.say("related-none"))];
}
