"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const plots = [...document.querySelectorAll(".plot")];
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const fine = window.matchMedia("(pointer: fine)").matches;
  const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

  const text = (id) => document.getElementById("data-" + id).textContent;

  const tints = JSON.parse(document.getElementById("tints").textContent);

  // "@ink" and other names in the data are colours that depend on the theme.
  const figure = (plot, name) => {
    const tint = tints[name];
    const tinted = (value) =>
      typeof value === "string" && value[0] === "@" ? tint[value.slice(1)] || value : value;
    const json = JSON.parse(text(plot.dataset.figure), (key, value) =>
      !/color$/.test(key) ? value : Array.isArray(value) ? value.map(tinted) : tinted(value)
    );
    return json.plots[Number(plot.dataset.plot)];
  };

  const template = (name) => {
    const tint = tints[name];
    const axis = {
      gridcolor: tint.grid, linecolor: tint.faint, zerolinecolor: tint.grid, zerolinewidth: 1,
      automargin: true, tickcolor: tint.faint, title: { standoff: 8 },
    };
    return {
      layout: {
        font: { color: tint.ink, size: 13, family: getComputedStyle(document.body).fontFamily },
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        xaxis: axis, yaxis: axis,
        margin: { l: 52, r: 14, t: 14, b: 44 },
        hoverlabel: { bgcolor: tint.paper, bordercolor: tint.soft, font: { color: tint.ink } },
        legend: { orientation: "h", x: 0, y: 1.03, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
        hovermode: "closest", barcornerradius: 2,
      },
    };
  };

  const draw = (plot, name) => {
    const { data, layout } = figure(plot, name);
    const whole = { ...layout, template: template(name), autosize: true, dragmode: fine ? "zoom" : false };
    return Plotly.react(plot, data, whole, {
      responsive: true, displaylogo: false, displayModeBar: fine ? "hover" : false,
      modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]], scrollZoom: false,
    });
  };

  // A figure that cannot be drawn shows the error in its place; the others are still drawn.
  const show = async (plot, name) => {
    try {
      await draw(plot, name);
    } catch (error) {
      plot.textContent = "This figure could not be drawn: " + error.message;
      plot.style.height = "auto";
      console.error(plot.dataset.figure, error);
    }
  };

  const label = () => {
    const dark = theme() === "dark";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    button.setAttribute("aria-pressed", String(dark));
  };

  const redraw = (name) => plots.forEach((plot) => show(plot, name));

  button.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    label();
    redraw(theme());
  });
  system.addEventListener("change", () => { label(); redraw(theme()); });

  // Where a reader chooses one of a figure's plots, only that one is drawn.
  document.addEventListener("change", (event) => {
    const chosen = event.target.closest(".choose select");
    if (!chosen) return;
    const plot = chosen.closest(".figure").querySelector(".plot");
    plot.dataset.plot = chosen.value;
    plot.style.height = figure(plot, theme()).height + "px";
    const [title, sentence] = ["h3", ".sentence"].map((name) => chosen.closest(".figure").querySelector(name).textContent);
    plot.setAttribute("aria-label", `${title}: ${chosen.selectedOptions[0].text}. ${sentence}`);
    show(plot, theme());
    if (plot.querySelector(".main-svg")) Plotly.Plots.resize(plot);
  });

  // The CSV of curves is written from their plot: as text, it would be a tenth of the page.
  const types = { f4: Float32Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array };
  const numbers = ({ dtype, bdata }) =>
    new types[dtype](Uint8Array.from(atob(bdata), (character) => character.charCodeAt(0)).buffer);
  const unpacked = (columns, traces) => {
    const rows = [];
    for (const trace of traces) {
      if (!trace.y.bdata) continue;
      const [which, x, y] = [trace.customdata, trace.x, trace.y].map(numbers);
      y.forEach((height, i) => { if (!Number.isNaN(height)) rows.push([which[i], x[i], height]); });
    }
    rows.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    const csv = rows.map(([which, x, y]) => `${which},${x},${Number((y / 100).toFixed(6))}`);
    return [columns.join(","), ...csv, ""].join("\n");
  };

  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-csv]");
    if (!wanted) return;
    const { csv, columns, plots: drawn } = JSON.parse(text(wanted.dataset.csv));
    const lines = csv === null ? unpacked(columns, drawn[0].data) : csv;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines], { type: "text/csv;charset=utf-8" }));
    link.download = wanted.dataset.csv + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  // A table that is sorted by a click on a column's name, and filtered by words.
  const amount = (text) => {
    const found = /^[−-]?[\d,]*\.?\d+(e[+-]?\d+)?(?=$|\s%$|\/\d+$)/.exec(text);
    return found ? Number(found[0].replaceAll(",", "").replace("−", "-")) : NaN;
  };
  const compare = (one, other) => {
    const [a, b] = [amount(one), amount(other)];
    if (Number.isNaN(a) && Number.isNaN(b)) return one.localeCompare(other);
    return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b;
  };
  const sort = (table, column, sign) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [row.cells[column].textContent, row]);
    // Empty cells stay at the end in either order.
    rows.sort(([a], [b]) => (a && b ? sign * compare(a, b) : Number(!a) - Number(!b)));
    body.append(...rows.map(([, row]) => row));
  };
  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down ? -1 : 1);
      });
    });
    const label = document.createElement("label");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    const filter = document.createElement("div");
    input.type = "search";
    input.placeholder = "such as: pruned gelu";
    label.append("Filter ", input);
    filter.className = "filter";
    filter.append(label, shown);
    table.closest(".scroll").before(filter);
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join("\n").toLowerCase());
    const count = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((row, i) => { row.hidden = !words.every((word) => texts[i].includes(word)); });
      const left = rows.filter((row) => !row.hidden).length;
      shown.textContent = left.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
    };
    input.addEventListener("input", count);
    count();
  };
  document.querySelectorAll("table.sortable").forEach(makeSortable);

  // Print on white, at the width of paper.
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme || "";
    root.dataset.theme = "light";
    plots.forEach((plot) => {
      plot.style.width = plot.parentElement.classList.contains("many") ? "320px" : "680px";
      show(plot, "light");
      if (plot.querySelector(".main-svg")) Plotly.Plots.resize(plot);
    });
  });
  window.addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before; else delete root.dataset.theme;
    plots.forEach((plot) => { plot.style.width = ""; });
    redraw(theme());
  });

  label();
  // One figure at a time, so that the text can be read and scrolled meanwhile.
  const queue = [...plots];
  const next = () => {
    const plot = queue.shift();
    if (!plot) { root.dataset.drawn = "yes"; return; }
    show(plot, theme()).then(() => setTimeout(next, 0));
  };
  next();
})();
