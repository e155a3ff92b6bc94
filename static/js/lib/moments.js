/** Moments in words. */

const SOON = 90;

/**
 * Say when something can be tried again: in so many seconds, or from an hour of the day.
 * @param {import("./dom.js").Words} words
 * @param {number} seconds
 */
export function whenAgain(words, seconds, now = Date.now()) {
  if (seconds <= SOON) return words.say("retry-in", { count: Math.max(1, Math.ceil(seconds)) });
  const moment = new Date(now + seconds * 1000);
  const time = moment.toLocaleTimeString("he-IL", { hour: "2-digit", minute: "2-digit" });
  return words.say("retry-at", { time });
}
