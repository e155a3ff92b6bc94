/** Draws the dashboard's plots from the numbers in the page; the tables beside them say the same without script. */

const { Chart } = globalThis;

/** Return the colour that the style sheet gives a tone in the theme of now. */
function colour(name) {
  const probe = document.querySelector(".tiles").appendChild(document.createElement("i"));
  probe.className = `tone--${name}`;
  const { color } = getComputedStyle(probe); // a custom property would still say light-dark(…)
  probe.remove();
  return color;
}

function datasets(series) {
  return series.map(({ label, tone, values }) => ({
    label,
    data: values,
    backgroundColor: colour(tone),
    maxBarThickness: 28,
    borderRadius: 2,
  }));
}

function options() {
  const isRtl = document.dir === "rtl";
  const ink = colour("ink");
  const grid = { color: colour("line") };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches && { duration: 200 },
    maintainAspectRatio: false,
    layout: { padding: { left: isRtl ? 14 : 0 } }, // half of the last label
    locale: document.documentElement.lang,
    interaction: { mode: "index" },
    scales: {
      x: { stacked: true, reverse: isRtl, grid: { display: false }, ticks: { color: ink, maxRotation: 0 } },
      y: {
        stacked: true,
        position: isRtl ? "right" : "left",
        beginAtZero: true,
        grid,
        ticks: { color: ink, precision: 0 },
      },
    },
    plugins: {
      legend: { rtl: isRtl, align: "start", labels: { color: ink, boxWidth: 12 } },
      tooltip: { rtl: isRtl, textDirection: isRtl ? "rtl" : "ltr" },
    },
  };
}

function draw(canvas) {
  const { labels, series } = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  canvas.closest(".chart__frame").hidden = false;
  canvas.closest(".chart").querySelector("details").open = false;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  return new Chart(canvas, { type: "bar", data: { labels, datasets: datasets(series) }, options: options() });
}

let drawn = [];

function drawAll() {
  for (const chart of drawn) chart.destroy();
  drawn = [...document.querySelectorAll("canvas[data-chart]")].map(draw);
}

if (Chart) {
  drawAll();
  // Colours are read when a plot is drawn; another theme draws it again.
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
}
