// The list of stories: under the day on which each broke, or in one run.

const link = (kind, id) => `#${kind}-${encodeURIComponent(id)}`;

function storyItem(story) {
  const head = headlineOf(story, readIn());
  const title = spoken("a", head.title, head.language, { href: link("story", story.id) });
  const size = story.articles.length;
  const item = el("li", { class: `story ${size > 5 ? "large" : size > 1 ? "middle" : "small"}` });
  item.append(el("h4", null, title), storyFacts(story));
  if (size > 1 && story.first) item.append(strip(story));
  return item;
}

function storyFacts(story) {
  const size = story.articles.length;
  const first = story.first ?? story.articles[0];
  return el(
    "p",
    { class: "facts" },
    size > 1 ? el("b", null, phrase("n_articles", { n: size })) : null,
    story.growth && size > 1 ? el("span", { class: "growth" }, phrase("growth", { n: story.growth })) : null,
    size > 1 && story.first ? firstFact(story.first) : el("span", { class: "source" }, sourceName(first)),
    size > 1 || !story.first ? null : time("clock", story.first.at),
    el("span", null, languagesOf(story)),
    story.copies ? phrase("n_copies", { n: story.copies }) : null,
  );
}

const firstFact = (article) =>
  phrase("first", {
    source: sourceName(article),
    time: time(isByDay() ? "clock" : "moment", article.at),
  });

const SHOWN_LANGUAGES = 3;

function languagesOf(story) {
  const all = tally(story.articles.map((article) => article.language)).map(([language]) => languageName(language));
  const some = all.slice(0, SHOWN_LANGUAGES + (all.length === SHOWN_LANGUAGES + 1));
  if (some.length < all.length) some.push(words("n_more", { n: all.length - some.length }));
  return some.join(words("comma"));
}

const isByDay = () => choice.order === "latest" || choice.order === "earliest";

// What stands under one heading: the stories of a day, or all in another order.
const headingOf = (story) => (!isByDay() ? choice.order : story.first ? dayOf(story.first.at) : null);

function dayHeading(key) {
  if (key === null) return el("h3", null, phrase("undated"));
  if (typeof key === "string") return el("h3", { class: "unseen" }, words(`order_${key}`));
  const at = key * DAY;
  const parts = [
    ["numeral", String(new Date(at * 1000).getUTCDate())],
    ["weekday", shown("weekday", at)],
    ["year", shown("year", at)],
  ];
  return el(
    "h3",
    null,
    el("span", { class: "unseen" }, shown("day", at)),
    el(
      "span",
      { class: "date", "aria-hidden": "true" },
      ...parts.map(([name, text]) => el("span", { class: name }, text)),
    ),
  );
}

// Adds stories to the list, from one place to another of those that are listed.
function addStories(list, listed, from, to) {
  for (const story of listed.slice(from, to)) {
    const key = headingOf(story);
    let section = list.lastElementChild;
    if (!section || section.dataset.key !== `${key}`) {
      section = el("section", { class: "day", "data-key": `${key}` }, dayHeading(key), el("ol", { class: "stories" }));
      list.append(section);
    }
    section.lastElementChild.append(storyItem(story));
  }
}
