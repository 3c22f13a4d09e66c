// Draws the plots of the page, and makes its tables sortable. Chart.js stands before this script.
"use strict";
(() => {
  const { language, texts, plots } = JSON.parse(document.getElementById("page-data").textContent);
  const locale = { en: "en", zh: "zh-CN" }[language];
  const numbers = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const charts = [];
  let printing = false;

  // Okabe and Ito's colours, which stay apart for all kinds of colour vision; black left out.
  const COLOURS = {
    light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5cb8", "#6b7280"],
    dark: ["#4fa8e0", "#ff8a3d", "#2fd0a4", "#e79cc6", "#f5bf3c", "#86cdf7", "#b39ae6", "#aab2bd"],
  };
  const FILL = "40"; // a quarter of the opacity, in hexadecimal
  const ALL_POINTS = 2000; // more points than pixels are thinned out, lows and highs kept

  const theme = () => (dark.matches && !printing ? "dark" : "light");
  const colour = (number) => COLOURS[theme()][number % COLOURS.light.length];
  const ink = () => (theme() === "dark" ? "#e6eaf0" : "#1b2330");
  const paper = () => (theme() === "dark" ? "#12161c" : "#ffffff");
  const grid = () => (theme() === "dark" ? "#36404c" : "#e3e8ee");

  function elapsed(seconds) {
    const whole = Math.round(seconds);
    const two = (value) => String(value).padStart(2, "0");
    const [hours, minutes, rest] = [Math.trunc(whole / 3600), Math.trunc(whole / 60) % 60, whole % 60];
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  function shownX(plot, value) {
    if (typeof value === "string") return value;
    return plot.xForm === "elapsed" ? elapsed(value) : numbers.format(value);
  }

  // Only bars and areas stand on each other; a line tells its own value.
  function stackOf(series, number) {
    const stands = series.kind === "bar" || series.kind === "area";
    return stands ? `${series.kind} ${series.axis}` : `own ${number}`;
  }

  // What an area stands on: the one before it in its stack.
  function below(plot, number) {
    const stack = stackOf(plot.series[number], number);
    const before = plot.series.findLastIndex((one, other) => other < number && stackOf(one, other) === stack);
    return before < 0 ? "origin" : before;
  }

  function dataset(plot, series, number) {
    const bar = series.kind === "bar";
    const at = new Map(series.x.map((x, index) => [x, series.y[index]]));
    return {
      type: bar ? "bar" : "line",
      label: series.name,
      data: plot.categories.length
        ? plot.categories.map((name) => at.get(name) ?? null)
        : series.x.map((x, index) => ({ x, y: series.y[index] })),
      [plot.lying ? "xAxisID" : "yAxisID"]: series.axis === 2 ? "second" : "first",
      stack: plot.stacked ? stackOf(series, number) : undefined,
      stepped: series.kind === "step" || series.kind === "area" ? "before" : false,
      fill: series.kind === "area" && (plot.stacked ? below(plot, number) : "origin"),
      borderDash: series.dashed ? [6, 4] : [],
      borderWidth: bar ? 0 : 2,
      pointRadius: series.x.length === 1 ? 4 : 0,
      pointHitRadius: 6,
      pointHoverRadius: 4,
      maxBarThickness: 22,
    };
  }

  function paint(chart, plot) {
    chart.data.datasets.forEach((one, number) => {
      one.borderColor = colour(number);
      one.pointBackgroundColor = colour(number);
      one.backgroundColor = one.type === "bar" ? colour(number) : colour(number) + FILL;
    });
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = axis.title.color = ink();
      axis.grid.color = grid();
    }
    const swatches = document.querySelectorAll(`[data-legend="${plots.indexOf(plot)}"] path`);
    swatches.forEach((one, number) => one.setAttribute("stroke", colour(number)));
  }

  // A text that stays readable on top of lines.
  function write(ctx, text, x, y) {
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineJoin = "round";
    ctx.lineWidth = 4;
    ctx.strokeStyle = paper();
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
    ctx.restore();
  }

  // Lines of `plot.marks`, with their labels.
  const marks = (plot) => ({
    id: "marks",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales } = chart;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = ink();
      ctx.font = `12px ${getComputedStyle(document.body).fontFamily}`;
      ctx.setLineDash([3, 3]);
      plot.marks.forEach((mark, number) => {
        if (mark.x !== null) {
          const x = scales.x.getPixelForValue(mark.x);
          const left = x > (area.left + area.right) / 2;
          ctx.beginPath(), ctx.moveTo(x, area.top), ctx.lineTo(x, area.bottom), ctx.stroke();
          ctx.textAlign = left ? "right" : "left";
          write(ctx, mark.label, x + (left ? -4 : 4), area.top + 12 + 15 * (number % 4));
        }
        if (mark.y !== null) {
          const y = scales.first.getPixelForValue(mark.y);
          ctx.beginPath(), ctx.moveTo(area.left, y), ctx.lineTo(area.right, y), ctx.stroke();
          ctx.textAlign = "right";
          if (mark.x === null) write(ctx, mark.label, area.right - 4, y - 5);
        }
      });
      ctx.restore();
    },
  });

  function axis(title, more) {
    return { title: { display: Boolean(title), text: title }, ticks: {}, grid: {}, ...more };
  }

  function scales(plot) {
    const format = (value) => numbers.format(value);
    // What is counted in whole numbers has no half ones on its axis.
    const counted = plot.series.every((one) => one.y.every((y) => y === null || Number.isInteger(y)));
    const whole = counted ? { precision: 0 } : {};
    const valueAxis = (title, position, more) =>
      axis(title, { position, beginAtZero: true, stacked: plot.stacked, ticks: { callback: format, ...whole }, ...more });
    const second = plot.series.some((one) => one.axis === 2);
    const limit = plot.yMax === null ? {} : { suggestedMax: plot.yMax };
    const max = Math.max(...plot.marks.map((one) => one.y ?? 0), plot.yMax ?? 0);
    const room = plot.marks.some((one) => one.y !== null) ? { suggestedMax: max * 1.08 } : limit;
    if (plot.lying) {
      return {
        y: axis(plot.xTitle, { stacked: plot.stacked, grid: { display: false } }),
        first: valueAxis(plot.yTitle, "bottom", { axis: "x", ...room }),
        ...(second && { second: valueAxis(plot.y2Title, "top", { axis: "x", grid: { drawOnChartArea: false } }) }),
      };
    }
    const x = plot.categories.length
      ? axis(plot.xTitle, { stacked: plot.stacked })
      : axis(plot.xTitle, { type: "linear", bounds: "data", ticks: { callback: (value) => shownX(plot, value), maxRotation: 0, ...steps(plot) } });
    return {
      x,
      first: valueAxis(plot.yTitle, "left", { axis: "y", ...room }),
      ...(second && { second: valueAxis(plot.y2Title, "right", { axis: "y", grid: { drawOnChartArea: false } }) }),
    };
  }

  // Times are read in round minutes, not in hundreds of seconds.
  function steps(plot) {
    if (plot.xForm !== "elapsed") return {};
    const all = plot.series.flatMap((one) => [one.x[0], one.x[one.x.length - 1]]).filter((x) => x !== undefined);
    const span = Math.max(...all) - Math.min(...all);
    const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
    return { stepSize: round.find((step) => span / step <= 12) ?? 86400 };
  }

  function draw(canvas) {
    const plot = plots[Number(canvas.dataset.plot)];
    const first = JSON.stringify(plot.series[0].x);
    const shared = plot.categories.length || plot.series.every((one) => JSON.stringify(one.x) === first);
    const whole = plot.series.every((one) => one.kind !== "bar" && !one.y.includes(null));
    const thin = whole && plot.series.some((one) => one.x.length > ALL_POINTS);
    const options = {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: plot.lying ? "y" : "x",
      locale,
      scales: scales(plot),
      interaction: { mode: shared ? "index" : "nearest", axis: plot.lying ? "y" : "x", intersect: false },
      plugins: {
        legend: { display: false },
        decimation: { enabled: thin, algorithm: "min-max" },
        tooltip: {
          callbacks: {
            title: (items) => (items.length ? shownX(plot, plot.categories.length ? items[0].label : items[0].parsed.x) : ""),
            label: (item) => `${item.dataset.label}${texts.colon}${numbers.format(plot.lying ? item.parsed.x : item.parsed.y)}`,
          },
        },
      },
    };
    if (thin) options.parsing = false;
    const datasets = plot.series.map((series, number) => dataset(plot, series, number));
    const chart = new Chart(canvas, { data: { labels: plot.categories, datasets }, options, plugins: [marks(plot)] });
    legend(chart, plot);
    paint(chart, plot);
    chart.update();
    charts.push([chart, plot]);
  }

  // Buttons, since what is drawn on a canvas cannot be reached with the keyboard.
  function legend(chart, plot) {
    if (plot.series.length === 1) return; // the title says what it is
    const place = document.querySelector(`[data-legend="${plots.indexOf(plot)}"]`);
    plot.series.forEach((series, number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      const dash = series.dashed ? 'stroke-dasharray="4 3"' : "";
      const width = series.kind === "bar" || series.kind === "area" ? 9 : 3;
      button.innerHTML = `<svg viewBox="0 0 22 11" aria-hidden="true"><path d="M0 5.5H22" stroke-width="${width}" ${dash}/></svg>`;
      button.append(series.name);
      button.addEventListener("click", () => {
        const visible = !chart.isDatasetVisible(number);
        chart.setDatasetVisibility(number, visible);
        button.setAttribute("aria-pressed", String(visible));
        chart.update();
      });
      place.append(button);
    });
  }

  // The values of a plot as a table, made when somebody asks for it.
  function fill(details) {
    if (!details.open || details.querySelector("table")) return;
    const plot = plots[Number(details.dataset.table)];
    const rows = new Map();
    plot.series.forEach((series, number) =>
      series.x.forEach((x, index) => {
        if (!rows.has(x)) rows.set(x, Array(plot.series.length).fill(null));
        rows.get(x)[number] = series.y[index];
      }),
    );
    const keys = [...rows.keys()];
    if (!plot.categories.length) keys.sort((one, other) => one - other);
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const title of [plot.xTitle, ...plot.series.map((one) => one.name)]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const key of keys) {
      const row = body.insertRow();
      row.insertCell().textContent = shownX(plot, key);
      for (const value of rows.get(key)) {
        const cell = row.insertCell();
        cell.className = "number";
        cell.textContent = value === null ? "" : numbers.format(value);
      }
    }
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.append(table);
    details.append(scroll);
  }

  function sortable(table) {
    const order = new Intl.Collator(locale, { numeric: true });
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = texts.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const compare = (one, other) => {
          const [a, b] = [one.cells[column], other.cells[column]];
          const unknown = a.classList.contains("unknown") - b.classList.contains("unknown");
          if (unknown) return unknown; // last in both directions
          const found = a.dataset.order !== undefined && b.dataset.order !== undefined
            ? Number(a.dataset.order) - Number(b.dataset.order)
            : order.compare(a.textContent, b.textContent);
          return down ? -found : found;
        };
        const body = table.tBodies[0];
        body.append(...[...body.rows].sort(compare));
      });
    });
  }

  function repaint() {
    for (const [chart, plot] of charts) {
      paint(chart, plot);
      chart.resize();
      chart.update();
    }
  }

  document.querySelectorAll("canvas[data-plot]").forEach(draw);
  document.querySelectorAll("details[data-table]").forEach((one) => one.addEventListener("toggle", () => fill(one)));
  document.querySelectorAll("table.sortable").forEach(sortable);
  dark.addEventListener("change", repaint);
  const print = (now) => () => {
    printing = now;
    repaint();
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));
})();
