"use strict";
// Keeps the verdict up to date: a study goes on, and optuna-dashboard goes from one study to
// another without loading a page.
(() => {
  const PAUSE = 10000;
  const place = document.getElementById("fer-verdict");
  let shown = place.dataset.study;
  let text = "";
  let asked = Date.now();

  async function update() {
    const study = (location.pathname.match(/^\/dashboard\/studies\/(\d+)/) || ["", ""])[1];
    if (study === shown && (!study || document.hidden || Date.now() - asked < PAUSE)) return;
    if (study !== shown) place.hidden = true;
    shown = study;
    asked = Date.now();
    if (!study) return;
    const answer = await fetch(`/fer/studies/${study}/verdict`);
    const news = answer.status === 200 ? await answer.text() : "";
    if (study !== shown) return;
    if (news !== text || place.hidden) place.innerHTML = text = news;
    place.hidden = !news;
  }

  // A dashboard that has ended does not answer: what it said last stays.
  setInterval(() => update().catch(() => undefined), 1000);
})();
