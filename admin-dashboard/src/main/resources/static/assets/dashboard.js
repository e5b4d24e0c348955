"use strict";
// What pages do beyond links and forms. Everything works without it, in UTC and without charts.
(() => {
  const zone = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    timeZoneName: "short",
  });

  function localTimes(root) {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.getAttribute("datetime"));
      if (!Number.isNaN(at.getTime())) {
        time.title = at.toISOString().replace(/\.000Z$/, "Z");
        time.textContent = zone.format(at);
      }
    }
  }

  // Charts: one axis of time, and one for each scale. Over shares, the first axis is logarithmic, and what is more than
  // one of the unit is cut off.

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const decades = (u, ticks) => ticks.map((at) => (at === null ? null : String(Number(at.toPrecision(3)))));

  function drawChart(place) {
    const chart = JSON.parse(place.dataset.chart);
    if (place.drawn) {
      place.drawn.destroy();
    }
    const scales = [...new Set(chart.series.map((one) => one.scale))];
    const inks = [colour("--accent"), colour("--second"), colour("--third")];
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const half = chart.series.some((one) => one.bars) && chart.times.length > 1 ? (chart.times[1] - chart.times[0]) / 2 : 0;
    const options = {
      width: place.clientWidth,
      height: 220,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: chart.shares ? { time: false, distr: 3 } : { range: (u, low, high) => [low - half, high + half] },
        ...Object.fromEntries(scales.map((name) => [name, {
          range: chart.shares ? () => [-1.1, 1.1] : (u, low, high) => [0, high > 0 ? high * 1.05 : 1],
        }])),
      },
      series: [{}].concat(chart.series.map((one, at) => ({
        label: one.label,
        scale: one.scale,
        stroke: inks[at % inks.length],
        fill: one.bars ? inks[at % inks.length] + "55" : undefined,
        width: 2,
        dash: chart.shares && at > 0 ? [10, 4 * at] : undefined,
        spanGaps: true,
        points: { show: !one.bars && chart.times.length < 3 },
        paths: one.bars ? uPlot.paths.bars({ size: [0.7, 40] }) : undefined,
      }))),
      axes: [chart.shares ? { ...axis, values: decades } : axis].concat(scales.map((name, at) => ({
        ...axis, scale: name, side: at === 0 ? 3 : 1, size: 60, grid: { ...axis.grid, show: at === 0 },
      }))),
    };
    place.drawn = new uPlot(options, [chart.times].concat(chart.series.map((one) => one.values)), place);
  }

  const widths = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      if (target.drawn && target.drawn.width !== target.clientWidth && target.clientWidth > 0) {
        target.drawn.setSize({ width: target.clientWidth, height: 220 });
      }
    }
  });

  function charts(root) {
    if (typeof uPlot === "undefined") {
      return;
    }
    for (const place of root.querySelectorAll("[data-chart]")) {
      drawChart(place);
      widths.observe(place);
    }
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts(document));

  // The overview's numbers as they change.

  function show(figure) {
    const number = document.querySelector(`[data-live="${CSS.escape(figure.id)}"]`);
    if (number) {
      number.textContent = figure.text;
      number.classList.toggle("bad", figure.tone === "bad");
    }
  }

  function listen() {
    const source = new EventSource("/live");
    source.addEventListener("figures", (event) => {
      JSON.parse(event.data).forEach(show);
      document.documentElement.dataset.heard = String(Number(document.documentElement.dataset.heard || 0) + 1);
    });
    addEventListener("pagehide", () => source.close());
  }

  // A page that renews itself keeps what is unfolded and where the keyboard is, and says when it cannot.

  let unfolded = [];
  let place = null;

  const reachable = () => [...document.querySelectorAll("#live :is(a[href], button, summary, input, select, [tabindex])")];

  function trouble(away) {
    const banner = document.getElementById("trouble");
    if (banner) {
      banner.hidden = !away;
    }
  }

  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("details[id][open]")].map((one) => one.id);
    const focused = document.activeElement;
    const at = reachable().indexOf(focused);
    place = at < 0 ? null : { at, to: focused.getAttribute("href") };
  });
  // What has an id is found again by htmx itself.
  document.addEventListener("htmx:afterSwap", () => {
    if (place && document.activeElement === document.body) {
      const all = reachable();
      const same = (one) => one && one.getAttribute("href") === place.to;
      const again = same(all[place.at]) ? all[place.at] : all.find((one) => place.to && same(one));
      again?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of unfolded) {
      const again = document.getElementById(id);
      if (again) {
        again.open = true;
      }
    }
    localTimes(document);
    charts(document);
    trouble(false);
  });
  document.addEventListener("htmx:sendError", () => trouble(true));
  document.addEventListener("htmx:responseError", () => trouble(true));

  // A form that was sent is not sent twice.
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
      button.classList.add("busy");
    }
    if (event.target.dataset.sent) {
      event.preventDefault();
    }
    event.target.dataset.sent = "yes";
  });
  // The next page waits for the services. A quick answer needs no words.
  const loading = document.getElementById("loading");
  let asking;
  addEventListener("beforeunload", () => {
    asking = setTimeout(() => {
      if (loading) {
        loading.textContent = "Asking the services…";
      }
    }, 300);
  });
  // Also a page that was left and comes back as it was.
  addEventListener("pageshow", () => {
    clearTimeout(asking);
    loading?.replaceChildren();
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
    }
    for (const button of document.querySelectorAll("button.busy")) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("busy");
    }
  });

  // What came of a form is the first thing to read. It stands outside of what renews itself.
  document.getElementById("outcome")?.focus();

  localTimes(document);
  charts(document);
  if (document.querySelector("[data-live]")) {
    listen();
  }
})();
