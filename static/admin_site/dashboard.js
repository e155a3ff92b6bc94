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

/** Return the axes: time along x, or a line for each thing that is ranked, its name where reading begins. */
function scales(shape, isRtl) {
  const ticks = { color: colour("ink") };
  const names = { stacked: true, grid: { display: false } };
  const counts = {
    stacked: true,
    beginAtZero: true,
    grid: { color: colour("line") },
    ticks: { ...ticks, precision: 0 },
  };
  const side = isRtl ? "right" : "left";
  if (shape === "ranking") {
    return {
      x: { ...counts, reverse: isRtl },
      y: { ...names, position: side, ticks: { ...ticks, autoSkip: false, callback: shortened } },
    };
  }
  return {
    x: { ...names, reverse: isRtl, ticks: { ...ticks, maxRotation: 0 } },
    y: { ...counts, position: side },
  };
}

/** Return a name as far as it has room beside its bar; pointing at the bar tells it whole. */
function shortened(value) {
  const name = this.getLabelForValue(value);
  const most = this.chart.width < 480 ? 16 : 40;
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function options(shape, series) {
  const isRtl = document.dir === "rtl";
  const ink = colour("ink");
  return {
    indexAxis: shape === "ranking" ? "y" : "x",
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches && { duration: 200 },
    maintainAspectRatio: false,
    layout: { padding: { left: isRtl ? 14 : 0 } }, // half of the last label
    locale: document.documentElement.lang,
    interaction: { mode: "index", axis: shape === "ranking" ? "y" : "x", intersect: false },
    scales: scales(shape, isRtl),
    plugins: {
      legend: {
        display: series.length > 1,
        rtl: isRtl,
        align: "start",
        labels: { color: ink, boxWidth: 12 },
      },
      tooltip: { rtl: isRtl, textDirection: isRtl ? "rtl" : "ltr" },
    },
  };
}

function draw(canvas) {
  const { shape, labels, series } = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  canvas.closest(".chart__frame").hidden = false;
  canvas.closest(".chart").querySelector("details").open = false;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets: datasets(series) },
    options: options(shape, series),
  });
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
