// What the page says of itself, and its start.

function about() {
  const at = articles.map((article) => article.at).filter((moment) => moment !== null);
  const values = {
    articles: phrase("n_articles", { n: articles.length }),
    languages: phrase("n_languages", { n: report.languages.filter(Boolean).length }),
    sources: phrase("n_sources", { n: report.sources.filter(Boolean).length }),
  };
  if (!at.length) return phrase("about", values);
  const ends = [at.reduce((a, b) => Math.min(a, b)), at.reduce((a, b) => Math.max(a, b))];
  return phrase("about_dated", { ...values, dates: moments.date.formatRange(...ends.map((end) => end * 1000)) });
}

function method() {
  const indexed = phrase("n_articles", { n: report.indexed });
  const told = phrase("method", { version: page.version, made: time("date", page.made), indexed });
  const others = Object.values(report.left_out).reduce((sum, count) => sum + count, 0);
  const more = [...(others ? [phrase("left_out", { n: others })] : []), ...(report.stored ? [] : [phrase("unstored")])];
  return el("span", null, told, ...more.flatMap((one) => [" ", one]));
}

byId("about").append(about());
byId("method").append(method());
byId("echoes").append(...echoesPage());
fillControls();
listenToControls();
listenToReading();
listenToSkip();
listenToTheme();
addEventListener("hashchange", route);
route();
