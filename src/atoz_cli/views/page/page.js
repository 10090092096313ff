"use strict";
// Everything here is a comfort: without it the page still says all it has to say.
(() => {
  const DAY = 86400, MILLION = 1e6;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (share) => share == null ? "–" : (share * 100).toFixed(2) + " %";
  const places = (span) => span < 0.0004 ? 3 : span < 0.04 ? 2 : 1;

  // [where it begins, the millionths] to one share a day
  const spread = ([begin, millionths], days) => {
    const shares = new Array(days).fill(null);
    millionths.forEach((value, at) => { shares[begin + at] = value == null ? null : value / MILLION; });
    return shares;
  };
  const limitsOf = (runs, days) => {
    const shares = new Array(days).fill(null);
    runs.forEach(([begin, value], at) => {
      const end = at + 1 < runs.length ? runs[at + 1][0] : days;
      shares.fill(value == null ? null : value / MILLION, begin, end);
    });
    return shares;
  };
  const ends = ([begin, millionths]) => begin + millionths.length;

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const dayOf = (stamp) => { const day = new Date(stamp * 1000); return day.getUTCDate() + " " + MONTHS[day.getUTCMonth()]; };

  const LOOKS = {
    rate: () => ({ stroke: colour("--rate"), width: 2 }),
    unsure: () => ({ stroke: colour("--soft"), width: 1.5, dash: [1, 3] }),
    lost: () => ({ stroke: colour("--lost"), width: 1.5, dash: [2, 3] }),
    ahead: () => ({ stroke: colour("--rate"), width: 2, dash: [7, 4] }),
  };

  function upright(known, start) {
    return (plot) => {
      const { ctx, bbox } = plot;
      const ratio = devicePixelRatio;
      const line = (day, ink, dash) => {
        const x = plot.valToPos(start + day * DAY, "x", true);
        if (x < bbox.left || x > bbox.left + bbox.width) return;
        ctx.save();
        ctx.strokeStyle = ink; ctx.lineWidth = ratio; ctx.setLineDash(dash);
        ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
        ctx.restore();
      };
      (known.marks || []).forEach(([day]) => line(day, colour("--soft"), [1, 3]));
      if (known.today != null) line(known.today, colour("--soft"), []);
    };
  }

  function draw(plot) {
    const known = JSON.parse(plot.nextElementSibling.textContent);
    const every = known.strokes.map((one) => one.shares).concat(known.band ? [known.band.low, known.band.high] : []);
    const days = Math.max(...every.map(ends), 1);
    const start = Date.parse(known.first + "T00:00:00Z") / 1000;
    const data = [Array.from({ length: days }, (_, at) => start + at * DAY)];
    const series = [{ label: "Day", value: (_, stamp) => stamp == null ? "–" : new Date(stamp * 1000).toISOString().slice(0, 10) }];
    for (const one of known.strokes) {
      data.push(spread(one.shares, days));
      series.push({ label: one.name, value: (_, share) => percent(share), points: { show: one.shares[1].length === 1 }, ...LOOKS[one.kind]() });
    }
    data.push(limitsOf(known.limits, days));
    series.push({ label: "Limit", value: (_, share) => percent(share), points: { show: false }, stroke: colour("--bad"), width: 1.5 });
    const bands = [];
    if (known.band) {
      data.push(spread(known.band.high, days), spread(known.band.low, days));
      const edge = { width: 0, points: { show: false }, value: (_, share) => percent(share) };
      series.push({ label: known.band.name + ", most", stroke: colour("--band"), ...edge }, { label: "least", stroke: colour("--band"), ...edge });
      bands.push({ series: [data.length - 2, data.length - 1], fill: colour("--band") });
    }
    const top = Math.max(...data.slice(1).flat().filter((share) => share != null), 0) * 1.12 || 0.01;
    const bottom = Math.min(...data.slice(1).flat().filter((share) => share != null));
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
    plot.replaceChildren();
    plot.chart = new uPlot({
      width: plot.clientWidth, height: plot.clientWidth < 500 ? 210 : 270, tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "UTC"),
      cursor: { y: false, drag: { x: false, y: false } }, legend: { live: true },
      scales: { x: { time: true }, y: { range: [bottom > 0.5 ? bottom - (1 - bottom) * 0.2 : 0, bottom > 0.5 ? 1 : top] } },
      axes: [{ ...axis, space: 64, values: (_, stamps) => stamps.map(dayOf) }, { ...axis, size: 62, values: (_, ticks) => ticks.map((share) => (share * 100).toFixed(places(ticks[ticks.length - 1] - ticks[0])) + " %") }],
      series, bands, hooks: { draw: [upright(known, start)] },
    }, data, plot);
    plot.querySelector("canvas").setAttribute("aria-hidden", "true");
  }

  const plots = [...document.querySelectorAll(".plot")];
  const ready = (plot) => { if (plot.clientWidth && !plot.chart) draw(plot); };
  const seen = new IntersectionObserver((some) => some.forEach((one) => one.isIntersecting && ready(one.target)), { rootMargin: "400px" });
  plots.forEach((plot) => { plot.style.minHeight = plot.clientWidth < 500 ? "390px" : "335px"; seen.observe(plot); });
  const again = () => plots.filter((plot) => plot.chart).forEach((plot) => { plot.chart.destroy(); draw(plot); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
  addEventListener("beforeprint", () => plots.forEach(ready));

  // Tables sort by a click on a column.
  const key = (cell) => {
    const said = cell.textContent.trim();
    if (/^\d{4}-\d\d-\d\d/.test(said)) return said;
    const number = said.match(/^[-+]?[\d,]*\.?\d+/);
    return number && !/^\d{3}-\d{7}/.test(said) ? parseFloat(number[0].replaceAll(",", "")) : said.toLowerCase();
  };
  const compare = (one, other) => typeof one === typeof other ? (one < other ? -1 : one > other ? 1 : 0) : typeof one === "number" ? -1 : 1;
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    if (table.querySelector("td.words")) { // on a phone a row of words is a card
      const names = [...table.tHead.rows[0].cells].map((head) => head.textContent);
      table.classList.add("cards");
      for (const row of body.rows) [...row.cells].forEach((cell, at) => { if (at) cell.dataset.label = names[at]; });
    }
    if (body.rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [key(row.cells[at]), row]);
        rows.sort(([one], [other]) => (down ? -1 : 1) * compare(one, other));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // Order ids copy.
  const told = document.getElementById("told");
  for (const button of document.querySelectorAll("button.id")) button.title = "Copy";
  const copied = async (button) => {
    const said = button.textContent;
    try {
      await Promise.race([navigator.clipboard.writeText(said), new Promise((_, late) => setTimeout(late, 400))]);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      if (!document.execCommand("copy")) return;
      getSelection().removeAllRanges();
    }
    button.classList.add("copied");
    told.textContent = said + " copied";
    told.classList.add("on");
    setTimeout(() => { button.classList.remove("copied"); told.classList.remove("on"); told.textContent = ""; }, 1500);
  };
  document.addEventListener("click", (event) => { const button = event.target.closest("button.id"); if (button) copied(button); });
  // A link to what is folded opens it.
  const open = () => { const there = document.getElementById(decodeURIComponent(location.hash.slice(1))); if (there && there.tagName === "DETAILS") there.open = true; };
  addEventListener("hashchange", open);
  open();
})();
