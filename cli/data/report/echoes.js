// Who echoes whom: a row for each source.

const MOST_PARTNERS = 3;

function partners(list) {
  const some = list.slice(0, MOST_PARTNERS);
  return el(
    "ul",
    null,
    ...some.map(({ source, articles: n }) =>
      el("li", null, sourceName({ source }), "\u00a0", el("small", null, number.format(n))),
    ),
  );
}

function echoRow(echo) {
  const counts = ["articles", "first_of_stories", "first_of_copies", "copies"];
  return el(
    "tr",
    null,
    el("th", { scope: "row" }, sourceName(echo)),
    ...counts.map((name) => el("td", { class: "count" }, number.format(echo[name]))),
    el("td", null, echo.median_delay_s === null ? "" : span(echo.median_delay_s)),
    el("td", null, partners(echo.follows)),
    el("td", null, partners(echo.followed_by)),
  );
}

const ECHO_COLUMNS = [
  "source",
  "col_articles",
  "col_first_stories",
  "col_first_copies",
  "col_copies",
  "col_delay",
  "col_follows",
  "col_followed_by",
];

function echoesPage() {
  const table = el(
    "table",
    null,
    el(
      "thead",
      null,
      el(
        "tr",
        null,
        ...ECHO_COLUMNS.map((key, n) => el("th", { scope: "col", class: n > 0 && n < 5 && "count" }, phrase(key))),
      ),
    ),
    el("tbody", null, ...report.echoes.map(echoRow)),
  );
  return [
    el("h2", { id: "echoes-heading", tabindex: -1 }, phrase("echoes")),
    el("p", { class: "note" }, phrase("echoes_note")),
    el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words("sources") }, table),
  ];
}
