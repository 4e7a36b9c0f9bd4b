// One article in a list, whose text and whose copies open below it.

const sourceName = (article) => (article.source ? el("bdi", null, article.source) : phrase("unnamed"));

let opened = 0;

// A button that shows and hides what `make` makes when it is first pressed.
function disclosure(label, attributes, make, onToggle) {
  const panel = el("div", { class: "panel", id: `panel-${++opened}`, hidden: true });
  const toggle = button(label, { "aria-expanded": "false", "aria-controls": panel.id, ...attributes }, () =>
    show(panel.hidden),
  );
  let made = false;
  async function show(open) {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", `${open}`);
    onToggle?.(open);
    if (!open || made) return;
    made = true;
    panel.append(
      await make().catch((error) => el("p", { class: "note" }, canUnpack ? `${error}` : phrase("no_unpacking"))),
    );
  }
  return { toggle, panel, show };
}

async function textPanel(article) {
  const text = await textOf(article);
  const paragraphs = text.split(/\n+/).filter((paragraph) => paragraph.trim());
  const node = el("div", { class: "text", lang: article.language || "und", dir: direction(text, article.language) });
  node.append(...paragraphs.map((paragraph) => el("p", null, paragraph)));
  if (!paragraphs.length) return el("p", { class: "note" }, phrase("no_text"));
  return el(
    "div",
    null,
    node,
    cut.has(article.n) ? el("p", { class: "note" }, phrase("cut", { n: report.text_length })) : null,
  );
}

function delay({ earlier, later }) {
  if (earlier.at === null || later.at === null) return phrase("undated_copy");
  const atOnce = Math.floor(later.at / 60) <= Math.floor(earlier.at / 60); // few outlets mean their seconds
  return atOnce ? phrase("at_once") : phrase("later", { span: span(later.at - earlier.at) });
}

// What a later article is to an earlier one, with a button that compares them.
function relation(link, key) {
  const own = key === "copy_of" && link.earlier.source && link.earlier.source === link.later.source;
  const told = phrase(own ? "reprint_of" : key, { source: sourceName(link.earlier), delay: delay(link) });
  const alike = phrase("alike", { percent: percent.format(link.alike) });
  const label = words("compare_with", { title: link.earlier.title });
  const { toggle, panel } = disclosure(words("compare"), { class: "compare", "aria-label": label }, () =>
    comparison(link),
  );
  return [el("p", { class: "relation" }, told, key === "copy_of" ? el("span", null, alike) : null, toggle), panel];
}

function relations(article) {
  return [
    ...(article.copy ? relation(article.copy, "copy_of") : []),
    ...article.held.flatMap((link) => relation(link, link.innerIsEarlier ? "holds" : "held_by")),
  ];
}

// `shows` keeps how each article is opened from elsewhere; `onToggle` hears when a reader does.
function articleRow(article, level, shows, onToggle) {
  const { toggle, panel, show } = disclosure(article.title, { class: "title" }, () => textPanel(article), onToggle);
  toggle.lang = article.language || "und";
  toggle.dir = direction(article.title, article.language);
  shows?.set(article, { show, toggle });
  const away = webLink(article.url, words("at_source"), {
    class: "away",
    "aria-label": words("at_source_of", { title: article.title }),
  });
  const facts = el(
    "p",
    { class: "facts" },
    article.at === null ? phrase("undated") : time("moment", article.at),
    el("span", { class: "source" }, sourceName(article)),
    el("span", null, languageName(article.language)),
    away,
  );
  const kind = article.copy ? "article copy" : "article";
  return el("li", { class: kind }, facts, el(level, null, toggle), panel, ...relations(article));
}
