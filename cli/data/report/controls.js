// The controls: what they offer, and what they do.

const MOST_PRINTED = 1000;
const PAUSE = 150;
const THEME = "sada-theme";

function fillControls() {
  const languages = tally(articles.map((article) => article.language));
  byId("languages").hidden = languages.length < 2;
  byId("languages").append(...languages.map(chip));
  byId("source").append(
    el("option", { value: "" }, words("all_sources")),
    ...tally(articles.map((article) => article.source)).map(sourceOption),
  );
  if (timeline)
    for (const id of ["since", "until"])
      Object.assign(byId(id), { min: isoDay(timeline.first), max: isoDay(startOf(timeline.count) - 1) });
  byId("alone").checked = choice.alone;
}

function chip([code, n], place) {
  const box = el("input", { type: "checkbox", value: code, id: `language-${place}` });
  box.addEventListener("change", () => {
    choice.languages[box.checked ? "add" : "delete"](code);
    choose();
  });
  const label = el("label", { for: box.id }, languageName(code), " ", el("small", null, number.format(n)));
  return el("span", { class: "chip" }, box, label);
}

function sourceOption([name, n]) {
  const label = `${name || words("unnamed")} (${number.format(n)})`;
  return el("option", { value: report.sources.indexOf(name), dir: "auto" }, label);
}

function clearChoice() {
  Object.assign(choice, NO_CHOICE);
  choice.languages.clear();
  for (const id of Object.keys(NO_CHOICE)) byId(id).value = "";
  for (const box of byId("languages").querySelectorAll("input")) box.checked = false;
}

function listenToControls() {
  let pause;
  byId("query").addEventListener("input", () => {
    byId("query").dir = byId("query").value ? "auto" : "";
    clearTimeout(pause);
    pause = setTimeout(take, PAUSE, "query", "value");
  });
  for (const id of ["source", "since", "until", "order"]) byId(id).addEventListener("change", () => take(id, "value"));
  byId("alone").addEventListener("change", () => take("alone", "checked"));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    clearChoice();
    choose();
    byId("query").focus();
  });
}

function take(id, property) {
  choice[id] = byId(id)[property];
  choose();
}

function listenToReading() {
  const grow = ([seen]) => seen.isIntersecting && !byId("more").hidden && addMore(BATCH);
  new IntersectionObserver(grow, { rootMargin: "600px" }).observe(byId("more"));
  byId("more").addEventListener("click", () => {
    const from = list().querySelectorAll("h4 > *").length;
    addMore(BATCH);
    list().querySelectorAll("h4 > *")[from]?.focus();
  });
  addEventListener("beforeprint", () => byId("browse").hidden || addMore(MOST_PRINTED));
}

// The skip link moves the focus and no more: in the address, and on the way back, it would be a view.
function listenToSkip() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
}

function listenToTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const told = () => byId("theme").setAttribute("aria-pressed", `${isDark()}`);
  const kept = stored(() => localStorage.getItem(THEME));
  if (kept) root.dataset.theme = kept;
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(() => localStorage.setItem(THEME, root.dataset.theme));
    told();
  });
  dark.addEventListener("change", told);
  told();
}

// A browser may keep nothing for a page that is a file.
function stored(access) {
  try {
    return access();
  } catch {
    return null;
  }
}
