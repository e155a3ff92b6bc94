/** Who asks about what: draws the lines between the columns, and shows what one of their nodes is connected with. */

const SVG = "http://www.w3.org/2000/svg";
const THICKEST = 9; // pixels
const STEPS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

class Graph {
  #root;
  #edges;
  #nodes;
  #lines;
  #rows = [...document.querySelectorAll("tr[data-source]")];
  #told = document.querySelector("[data-part=told]");
  #hint = this.#told.textContent;
  #chosen = null;

  constructor(root) {
    this.#root = root;
    this.#edges = JSON.parse(root.querySelector("script").textContent);
    this.#nodes = new Map([...root.querySelectorAll("[data-node]")].map((node) => [node.dataset.node, node]));
    const canvas = root.querySelector("[data-part=lines]");
    const most = Math.max(...this.#edges.map(({ people }) => people));
    this.#lines = this.#edges.map((edge) => ({ edge, path: line(canvas, (THICKEST * edge.people) / most) }));
    this.#listen();
  }

  #listen() {
    const at = (event) => event.target.closest("[data-node]")?.dataset.node;
    const root = this.#root;
    root.addEventListener("click", (event) => at(event) && this.#choose(at(event)));
    for (const type of ["pointerover", "focusin"]) {
      root.addEventListener(type, (event) => this.#lookAt(at(event) ?? this.#chosen));
    }
    for (const type of ["pointerleave", "focusout"]) {
      root.addEventListener(type, () => this.#lookAt(this.#chosen));
    }
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#chosen) {
        this.#choose(this.#chosen);
      } else if (STEPS[event.key] && move(root, event.target, STEPS[event.key])) {
        event.preventDefault();
      }
    });
    new ResizeObserver(() => this.#place()).observe(root);
  }

  #place() {
    const frame = this.#root.getBoundingClientRect();
    for (const { edge, path } of this.#lines) {
      path.setAttribute("d", way(frame, this.#nodes.get(edge.source), this.#nodes.get(edge.target)));
    }
  }

  #lookAt(id) {
    const found = id ? connected(this.#edges, id) : new Set();
    this.#root.toggleAttribute("data-looked-at", Boolean(id));
    for (const [key, node] of this.#nodes) {
      node.classList.toggle("is-connected", found.has(key));
    }
    for (const { edge, path } of this.#lines) {
      path.classList.toggle("is-connected", found.has(edge.source) && found.has(edge.target));
    }
    return found;
  }

  #choose(id) {
    this.#chosen = id === this.#chosen ? null : id;
    const found = this.#lookAt(this.#chosen);
    for (const [key, node] of this.#nodes) {
      node.setAttribute("aria-pressed", String(key === this.#chosen));
    }
    for (const row of this.#rows) {
      const { source, target } = row.dataset;
      row.hidden = Boolean(this.#chosen) && !(found.has(source) && found.has(target));
    }
    this.#told.textContent = this.#chosen ? this.#said(found) : this.#hint;
  }

  #said(found) {
    const name = (id) => this.#nodes.get(id).querySelector("bdi").textContent;
    const others = [...this.#nodes.keys()].filter((id) => found.has(id) && id !== this.#chosen);
    return `${name(this.#chosen)}: ${this.#told.dataset.connected} ${others.map(name).join(", ")}`;
  }
}

/** Return everything that a node is connected with: along the columns, not back and forth between two. */
function connected(edges, id) {
  const found = [...reached(edges, id, "source", "target"), ...reached(edges, id, "target", "source")];
  return new Set(found);
}

function reached(edges, id, from, to) {
  const found = new Set([id]);
  for (let column = 1; column < 3; column += 1) {
    for (const edge of edges.filter((each) => found.has(each[from]))) {
      found.add(edge[to]);
    }
  }
  return found;
}

function line(canvas, width) {
  const path = canvas.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("stroke-width", String(Math.max(1, width)));
  return path;
}

/** Return the curve from the end of one node to the beginning of another, whichever way the page is read. */
function way(frame, source, target) {
  const [from, to] = [source.getBoundingClientRect(), target.getBoundingClientRect()];
  const isRtl = from.left > to.left;
  const x1 = (isRtl ? from.left : from.right) - frame.left;
  const x2 = (isRtl ? to.right : to.left) - frame.left;
  const y1 = from.top + from.height / 2 - frame.top;
  const y2 = to.top + to.height / 2 - frame.top;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

/** Move the focus by arrow keys as the eye goes: across the columns, and along one. Tell whether it moved. */
function move(root, from, [across, along]) {
  const columns = [...root.querySelectorAll(".graph__column")].map((each) => [
    ...each.querySelectorAll("button"),
  ]);
  const column = columns.findIndex((each) => each.includes(from));
  const ahead = document.dir === "rtl" ? -across : across;
  const there = columns[column + ahead] ?? [];
  const next = there[Math.min(columns[column]?.indexOf(from) + along, there.length - 1)];
  next?.focus();
  return Boolean(next);
}

for (const root of document.querySelectorAll("[data-module=graph]")) {
  new Graph(root);
}
