(() => {
  "use strict";
  // The address holds filter, ticks and place as `#q=…&state=…&done=…&at=…`; a bare name is a place of the page.
  const bar = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const statements = [...document.querySelectorAll("[data-statement]")];
  const findings = [...document.querySelectorAll("[data-finding]")];
  const groups = [...document.querySelectorAll("[data-group]")].reverse();
  const folds = [...document.querySelectorAll("[data-fold]")];
  const ticks = [...document.querySelectorAll("[data-tick]")];
  const cards = findings.filter((it) => it.id);
  const names = ["q", "state", "severity", "check", "path"];
  const fields = Object.fromEntries(names.map((name) => [name, bar.querySelector(`[name=${name}]`)]));
  const words = new Map();
  const text = (it) => {
    if (!words.has(it)) words.set(it, it.textContent.toLowerCase());
    return words.get(it);
  };
  const asked = () => Object.fromEntries(names.map((name) => [name, fields[name].value.trim()]));
  const hide = (it, off) => it.toggleAttribute("data-off", off);

  const stateFits = (it, state) => {
    if (!state.startsWith("f:")) return true;
    const wanted = state.slice(2);
    return wanted === "open" ? it.dataset.fstate === "new" : it.dataset.fstate === wanted;
  };
  const apply = () => {
    const { q, state, severity, check, path } = asked();
    const words = q.toLowerCase();
    const asks = Boolean(q || state || severity || check || path);
    for (const it of folds) it.open = asks;
    const ofFinding = state.startsWith("f:") || severity || path;
    const fits = (it) =>
      stateFits(it, state) && (!severity || it.dataset.severity === severity) && (!check || it.dataset.check === check) &&
      (!path || it.dataset.path.includes(path));
    for (const it of findings) hide(it, !fits(it) || (words && !text(it.closest("[data-statement]") || it).includes(words)));
    for (const it of statements) {
      const own = !state || state.startsWith("f:") || it.dataset.state === state;
      const bound = !check || it.dataset.checks.split(" ").includes(check);
      const found = !ofFinding || it.querySelector("[data-finding]:not([data-off])");
      hide(it, !(own && bound && found && (!words || text(it).includes(words))));
    }
    for (const it of groups) {
      const inside = it.querySelector("[data-statement]:not([data-off]), .card:not([data-off])");
      hide(it, asks && !inside);
    }
    const left = (all) => all.filter((it) => !it.closest("[data-off]")).length;
    shown.textContent =
      `${left(statements)} of ${statements.length} statements, ${left(cards)} of ${cards.length} findings`;
  };

  const address = (place) => {
    const parts = new URLSearchParams();
    for (const [name, value] of Object.entries(asked())) if (value) parts.set(name, value);
    const done = ticks.filter((it) => it.checked).map((it) => it.dataset.tick);
    if (done.length) parts.set("done", done.join(" "));
    if (place && [...parts].length) parts.set("at", place);
    return "#" + ([...parts].length ? parts.toString() : place || "");
  };
  const save = (place) => history.replaceState(null, "", address(place));
  const clear = () => {
    for (const name of names) fields[name].value = "";
    apply();
  };
  const go = (name) => {
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.closest("[data-off]")) clear();
    for (let it = target; it; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true;
    target.scrollIntoView();
  };
  const read = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return go(decodeURIComponent(hash));
    const parts = new URLSearchParams(hash);
    for (const name of names) fields[name].value = parts.get(name) || "";
    for (const it of bar.querySelectorAll("select")) if (it.selectedIndex < 0) it.selectedIndex = 0;
    const done = (parts.get("done") || "").split(" ");
    for (const it of ticks) it.checked = done.includes(it.dataset.tick);
    apply();
    go(parts.get("at"));
  };

  bar.hidden = false;
  bar.addEventListener("input", () => { apply(); save(); });
  document.getElementById("clear").addEventListener("click", () => { clear(); save(); });
  for (const it of ticks) it.addEventListener("change", () => save());
  addEventListener("hashchange", read);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    const name = link.getAttribute("href").slice(1);
    if (!address().slice(1)) return go(name);
    event.preventDefault();
    go(name);
    history.pushState(null, "", address(name));
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); fields.q.focus(); }
    if (event.key === "Escape" && typing && bar.contains(event.target)) { clear(); save(); }
  });

  for (const it of document.querySelectorAll("[data-place]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    button.setAttribute("aria-label", `copy ${it.textContent}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(it.textContent);
        button.textContent = "copied";
      } catch {
        getSelection().selectAllChildren(it);
        button.textContent = "selected";
      }
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    it.after(button);
  }
  let folded = [];
  addEventListener("beforeprint", () => {
    // Who wants proofs and what does not apply on paper opens them before.
    folded = [...document.querySelectorAll("details:not([open], .proof, .idle)")];
    for (const it of folded) it.open = true;
  });
  addEventListener("afterprint", () => { for (const it of folded) it.open = false; });
  apply();
  read();
})();
