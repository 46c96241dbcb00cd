"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const plots = [...document.querySelectorAll(".plot")];
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const fine = window.matchMedia("(pointer: fine)").matches;
  const tints = {
    light: { ink: "#1c2127", soft: "#7c8691", faint: "#d3d8de", paper: "#ffffff", grid: "#e9ecef", best: "#0072b2", complete: "#56b4e9" },
    dark: { ink: "#e6e9ed", soft: "#8d97a2", faint: "#434b55", paper: "#14171b", grid: "#2a3038", best: "#7cc8f5", complete: "#3f7fa6" },
  };

  const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

  const text = (id) => document.getElementById("data-" + id).textContent;

  // Colours that depend on the theme stand in the data as "@ink" and the like.
  const figure = (plot, name) => {
    const tint = tints[name];
    const json = JSON.parse(text(plot.dataset.figure), (key, value) =>
      typeof value === "string" && value[0] === "@" && /color$/.test(key)
        ? tint[value.slice(1)] || value
        : value
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

  const label = () => {
    const dark = theme() === "dark";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    button.setAttribute("aria-pressed", String(dark));
  };

  const redraw = (name) => plots.forEach((plot) => draw(plot, name));

  button.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    label();
    redraw(theme());
  });
  system.addEventListener("change", () => { label(); redraw(theme()); });

  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-csv]");
    if (!wanted) return;
    const { csv } = JSON.parse(text(wanted.dataset.csv));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    link.download = wanted.dataset.csv + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  // Paper is white, and narrower than most windows.
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme || "";
    root.dataset.theme = "light";
    plots.forEach((plot) => {
      plot.style.width = plot.parentElement.classList.contains("many") ? "320px" : "680px";
      draw(plot, "light");
      Plotly.Plots.resize(plot);
    });
  });
  window.addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before; else delete root.dataset.theme;
    plots.forEach((plot) => { plot.style.width = ""; });
    redraw(theme());
  });

  label();
  // One figure a frame, so that the words can be read and scrolled at once.
  const queue = [...plots];
  const next = () => {
    const plot = queue.shift();
    if (!plot) { root.dataset.drawn = "yes"; return; }
    Promise.resolve(draw(plot, theme())).then(() => setTimeout(next, 0));
  };
  next();
})();
