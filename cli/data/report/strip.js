// The course of a story: a stroke for each article over time, hollow for a copy. What it shows is told in words, too.

function place(story, article) {
  const length = story.last.at - story.first.at;
  return length ? (article.at - story.first.at) / length : 0;
}

const dated = (story) => story.articles.filter((article) => article.at !== null);

// One line for a list.
function strip(story) {
  const node = svg("svg", { class: "strip", "aria-hidden": "true" });
  node.append(svg("line", { x1: 0, x2: "100%", y1: "50%", y2: "50%" }));
  for (const article of dated(story))
    node.append(
      svg("circle", { class: article.copy ? "echo" : "original", cx: at(story, article), cy: "50%", r: 3.5 }),
    );
  return node;
}

const at = (story, article) => `${(2 + 96 * place(story, article)).toFixed(2)}%`;

// A lane for each language, with an arc from each copy back to the article that it follows.
function lanes(story) {
  const languages = tally(dated(story).map((article) => article.language)).map(([language]) => language);
  return el(
    "div",
    { class: "lanes", "aria-hidden": "true" },
    ...languages.flatMap((language) => [
      el("span", { class: "lane-name" }, languageName(language)),
      lane(
        story,
        dated(story).filter((article) => article.language === language),
      ),
    ]),
    el("span", { class: "lane-ends" }, ...ends(story)),
  );
}

function lane(story, members) {
  const node = svg("svg", { class: "lane" });
  node.append(svg("line", { x1: 0, x2: "100%", y1: 20, y2: 20 }));
  for (const { copy } of members) if (copy && members.includes(copy.earlier)) node.append(arc(story, copy));
  for (const article of members)
    node.append(
      svg(
        "circle",
        {
          class: article.copy ? "echo" : "original",
          cx: at(story, article),
          cy: 20,
          r: article === story.first ? 5.5 : 4,
        },
        svg("title", null, `${shown("moment", article.at)} ${article.source}`),
      ),
    );
  return node;
}

function arc(story, copy) {
  const [start, end] = [place(story, copy.earlier), place(story, copy.later)].sort((a, b) => a - b);
  const frame = { x: `${2 + 96 * start}%`, y: 2, width: `${96 * (end - start)}%`, height: 18 };
  const path = svg("path", { d: "M0 18C20 0 80 0 100 18", "vector-effect": "non-scaling-stroke" });
  return svg("svg", { ...frame, viewBox: "0 0 100 18", preserveAspectRatio: "none" }, path);
}

const ends = (story) =>
  [story.first, ...(story.last.at > story.first.at ? [story.last] : [])].map((article) => time("moment", article.at));
