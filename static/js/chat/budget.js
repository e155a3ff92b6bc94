/** The quiet line below the box to write in: how far a budget is used, once it is nearly used up. */

import { request } from "../lib/api.js";

export class BudgetNote {
  /** @param {HTMLElement | null} note absent where nothing is limited */
  constructor(note, socket) {
    this.note = note;
    if (note) socket.addEventListener("frame", ({ detail }) => this.heard(detail));
  }

  heard(frame) {
    if (frame.type === "done" || frame.code === "budget_spent") this.look();
  }

  async look() {
    const { told } = await request("GET", "/api/v1/budgets").catch(() => ({}));
    if (told === undefined) return; // the next answer asks again
    this.note.textContent = told;
    this.note.hidden = !told;
  }
}
