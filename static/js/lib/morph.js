/** Makes nodes on the page like others, touching only what differs: a selection in the rest of them survives. */

/**
 * Make the children of `parent` those of `wanted`.
 * @param {Element} parent
 * @param {Node[]} wanted nodes of no document yet; those that are needed are taken
 */
export function morphChildren(parent, wanted) {
  morphFrom(parent, parent.firstChild, wanted);
}

/** Make `present`, and all that follows it in `parent`, like `wanted`; null stands for the end. */
export function morphFrom(parent, present, wanted) {
  let place = present;
  for (const node of wanted) {
    if (!place) {
      parent.append(node);
      continue;
    }
    const next = place.nextSibling;
    if (!becomes(place, node)) place.replaceWith(node);
    place = next;
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** Change a node into another of its kind; returns whether it is of that kind. */
function becomes(present, wanted) {
  if (present.nodeType !== wanted.nodeType || present.nodeName !== wanted.nodeName) return false;
  if (present.nodeType === Node.TEXT_NODE) {
    if (present.data === wanted.data) return true;
    if (wanted.data.startsWith(present.data)) present.appendData(wanted.data.slice(present.data.length));
    else present.data = wanted.data;
    return true;
  }
  // What was dressed up after it had been finished is made anew when it is anything else now.
  if (present.dataset?.dressed !== undefined) return false;
  adoptAttributes(present, wanted);
  morphChildren(present, [...wanted.childNodes]);
  return true;
}

function adoptAttributes(present, wanted) {
  for (const { name } of [...present.attributes]) {
    if (!wanted.hasAttribute(name)) present.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (present.getAttribute(name) !== value) present.setAttribute(name, value);
  }
}
