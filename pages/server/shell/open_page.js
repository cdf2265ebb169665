// Own values beside published ones. They are compared here and kept by this tab alone: the page may connect to nothing.
(() => {
  const page = document.querySelector("[data-own-words]");
  if (!page) return;
  const WORDS = JSON.parse(page.dataset.ownWords), KEPT = "duibiao-own-values";
  const REACHED = "▲", SHORT = "△";
  const [LOWER_AT, LINE_AT] = page.dataset.axis.split(" ").map(Number);
  const rows = [...page.querySelectorAll("tr[data-kpi]")];

  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
  };
  const keep = (values) => {
    try { sessionStorage.setItem(KEPT, JSON.stringify(values)); } catch { /* a browser that keeps nothing */ }
  };

  // Digits as they are typed, Chinese ones of full width too; NaN for anything else.
  const number = (typed) => {
    const plain = typed.normalize("NFKC").replace(/[\s%]/g, "").replace("\u2212", "-");
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  };

  const place = ({ lower, median, line }, value) => {
    if (Number.isNaN(value)) return "no_number";
    if (line !== undefined) {
      if (value >= line) return "reached";
      return value >= median ? "upper" : value >= lower ? "middle" : "lower";
    }
    return median === undefined ? "nothing" : value >= median ? "over_median" : "under_median";
  };

  const published = (row) =>
    Object.fromEntries(["lower", "median", "line"].map((name) => [name, row.dataset[name] && Number(row.dataset[name])]));

  const show = () => {
    const values = {};
    let reached = 0, compared = 0;
    for (const row of rows) {
      const field = row.querySelector("input"), mark = row.querySelector(".axis b"), typed = field.value.trim();
      const at = published(row), value = number(typed), found = typed ? place(at, value) : "";
      if (typed) values[row.dataset.kpi] = field.value;
      if (typed && at.line !== undefined && !Number.isNaN(value)) {
        compared += 1;
        reached += found === "reached";
      }
      const drawn = found && at.line > at.lower && !Number.isNaN(value);
      mark.hidden = !drawn;
      if (drawn) {
        const share = LOWER_AT + ((value - at.lower) / (at.line - at.lower)) * (LINE_AT - LOWER_AT);
        mark.style.left = `${Math.min(Math.max(share, 1), 99)}%`;
        mark.textContent = found === "reached" ? REACHED : SHORT;
      }
      row.querySelector("small").textContent = found ? WORDS[found] : "";
      if (row.classList.contains("chosen")) {
        const word = page.querySelector("[data-own-word]");
        word.hidden = !found;
        word.textContent = found ? `${typed}: ${WORDS[found]}${WORDS.estimate}` : "";
      }
    }
    const sum = page.querySelector("[data-own-sum]");
    sum.hidden = !compared;
    sum.textContent = WORDS.sum.replace("{reached}", reached).replace("{of}", compared);
    keep(values);
  };

  const before = kept();
  page.querySelectorAll("[data-own]").forEach((part) => { part.hidden = false; });
  for (const row of rows) {
    const field = row.querySelector("input");
    field.value = before[row.dataset.kpi] ?? "";
    field.addEventListener("input", show);
  }
  page.querySelector("[data-own] button").addEventListener("click", () => {
    rows.forEach((row) => { row.querySelector("input").value = ""; });
    show();
  });
  show();
})();
