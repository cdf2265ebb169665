// The rows of a picture for the keyboard: one stop of the Tab key, the arrow keys go from row to row, Enter opens the row
// as a click does. A picture has rows where it has the points that answer a click along them, each with its words.
(() => {
  const LABELS = "{{labels}}";
  const TARGETS = "targets", ROW = 20, TAG = /<[^>]*>/g;

  const language = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");
  const opened = () => new URLSearchParams(location.search).get("kpi");

  // Each code once, with its first point, in the order of the picture.
  const rowsOf = (trace) => {
    const rows = new Map();
    trace.customdata.forEach((code, point) => rows.has(code) || rows.set(code, point));
    return [...rows];
  };

  const drawn = (plot) => plot.data?.find((trace) => trace.name === TARGETS);

  const build = (plot) => {
    const trace = drawn(plot), list = document.createElement("div");
    list.className = "kpi-rows";
    list.tabIndex = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", LABELS[language()]);
    list.plotted = plot.data;
    rowsOf(trace).forEach(([code, point]) => {
      const row = document.createElement("div");
      row.id = `kpi-row-${code}`;
      row.dataset.code = code;
      row.setAttribute("role", "option");
      row.setAttribute("aria-label", trace.text[point].replace(TAG, " "));
      row.style.top = `${plot.layout.margin.t + trace.y[point] - ROW / 2}px`;
      list.append(row);
    });
    list.addEventListener("focus", () => go(list, here(list)));
    list.addEventListener("keydown", (event) => press(event, plot, list));
    return list;
  };

  const here = (list) =>
    list.querySelector("[aria-selected=true]") ?? [...list.children].find((row) => row.dataset.code === opened()) ?? list.firstChild;

  const go = (list, row) => {
    list.querySelectorAll("[aria-selected]").forEach((one) => one.removeAttribute("aria-selected"));
    row.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };

  const open = (plot, row) => {
    const curve = plot.data.indexOf(drawn(plot)), trace = plot.data[curve];
    const point = trace.customdata.indexOf(row.dataset.code);
    const where = { curveNumber: curve, pointNumber: point, pointIndex: point, x: trace.x[point], y: trace.y[point] };
    plot.emit("plotly_selected", { points: [{ ...where, customdata: row.dataset.code, data: trace }], selections: [] });
  };

  const press = (event, plot, list) => {
    const row = here(list);
    const next = {
      ArrowDown: row.nextSibling, ArrowUp: row.previousSibling, Home: list.firstChild, End: list.lastChild,
    };
    const chooses = event.key === "Enter" || event.key === " ";
    if (!chooses && !(event.key in next)) return;
    event.preventDefault();
    if (chooses) open(plot, row);
    else if (next[event.key]) go(list, next[event.key]);
  };

  const look = () =>
    document.querySelectorAll(".stPlotlyChart .js-plotly-plot").forEach((plot) => {
      const frame = plot.parentElement, known = frame.querySelector(":scope > .kpi-rows");
      if (!drawn(plot) || known?.plotted === plot.data) return;
      const list = build(plot);
      if (!known) frame.append(list);
      else {
        const focused = document.activeElement === known;
        known.replaceWith(list);
        if (focused) list.focus({ preventScroll: true });
      }
    });

  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
})();
