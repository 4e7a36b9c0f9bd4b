// The bars of the timeline: how many of the listed articles came when, reports below and copies on top.

const MOST_BARS = 100;
const LABELS = 6;
const timeline = bins();

// Equal bins of whole days. Of a span of years the odd half per cent at either end is left out: dates may be wrong.
function bins() {
  const days = articles
    .filter((article) => article.at !== null)
    .map((article) => dayOf(article.at))
    .sort((a, b) => a - b);
  if (!days.length) return null;
  let [first, last] = [days[0], days.at(-1)];
  if (last - first > 400)
    [first, last] = [days[Math.floor(days.length / 200)], days[Math.ceil(days.length * 0.995) - 1]];
  const span = last - first + 1;
  const step = span <= MOST_BARS ? 1 : 7 * Math.ceil(span / 7 / MOST_BARS);
  return { first, step, count: Math.ceil(span / step) };
}

function drawTimeline(listed, onChoice) {
  byId("timeline").hidden = timeline === null || timeline.count < 2;
  if (byId("timeline").hidden) return;
  const counts = Array.from({ length: timeline.count }, () => [0, 0]);
  for (const article of listed) {
    const bin = article.at === null ? -1 : Math.floor((dayOf(article.at) - timeline.first) / timeline.step);
    if (counts[bin]) counts[bin][article.copy ? 1 : 0] += 1;
  }
  const most = Math.max(1, ...counts.map(([reports, copies]) => reports + copies));
  const bars = byId("bars");
  const focused = [...bars.children].findIndex((item) => item.contains(document.activeElement));
  bars.replaceChildren(...counts.map((count, bin) => bar(bin, count, most, onChoice)));
  const tabbed = Math.max(
    0,
    focused,
    counts.findIndex((_, bin) => isChosenBin(bin)),
  );
  bars.children[tabbed].firstChild.tabIndex = 0;
  if (focused >= 0) bars.children[focused].firstChild.focus();
  byId("axis").replaceChildren(...axisLabels());
}

const startOf = (bin) => timeline.first + bin * timeline.step;
const isChosenBin = (bin) =>
  choice.since === isoDay(startOf(bin)) && choice.until === isoDay(startOf(bin) + timeline.step - 1);

function bar(bin, [reports, copies], most, onChoice) {
  const when = moments.date.formatRange(
    ...[startOf(bin), startOf(bin) + timeline.step - 1].map((day) => day * DAY * 1000),
  );
  const what = [words("n_articles", { n: reports + copies }), ...(copies ? [words("n_copies", { n: copies })] : [])];
  const label = `${when}: ${what.join(", ")}`;
  const press = () =>
    onChoice(...(isChosenBin(bin) ? ["", ""] : [startOf(bin), startOf(bin) + timeline.step - 1].map(isoDay)));
  const node = button(
    "",
    { "aria-label": label, title: label, "aria-pressed": `${isChosenBin(bin)}`, tabindex: -1 },
    press,
  );
  node.append(el("span", { class: "echo" }), el("span", { class: "original" }));
  node.firstChild.style.blockSize = `${(100 * copies) / most}%`;
  node.lastChild.style.blockSize = `${(100 * reports) / most}%`;
  node.addEventListener("keydown", moveAlong);
  return el("li", null, node);
}

// The bars are one stop of the tab key; arrows go along them, in the direction of reading.
function moveAlong(event) {
  const item = event.currentTarget.parentNode;
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const { firstChild, lastChild } = item.parentNode;
  const to = { [forward]: item.nextSibling, [backward]: item.previousSibling, Home: firstChild, End: lastChild }[
    event.key
  ];
  if (!to) return;
  event.preventDefault();
  event.currentTarget.tabIndex = -1;
  to.firstChild.tabIndex = 0;
  to.firstChild.focus();
}

function axisLabels() {
  const every = Math.ceil(timeline.count / LABELS);
  const format = timeline.count * timeline.step > 400 ? "month" : "brief";
  return Array.from({ length: Math.ceil(timeline.count / every) }, (_, place) => {
    const label = el("span", null, shown(format, startOf(place * every) * DAY));
    label.style.insetInlineStart = `${(100 * place * every) / timeline.count}%`;
    return label;
  });
}
