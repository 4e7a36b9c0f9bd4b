// One story on a page of its own: what is known of it, how it spread, and its articles.

function storyPage(story, from, shows, onToggle) {
  const head = headlineOf(story, readIn());
  const several = story.articles.length > 1;
  const parts = [
    el(
      "p",
      { class: "back" },
      el("a", { href: from === "copies" ? "#copies" : "#stories" }, phrase(from === "copies" ? "back_copies" : "back")),
    ),
    spoken("h2", head.title, head.language, { id: "story-heading", tabindex: -1 }),
    facts(story),
    several && story.heads.length > 1 ? headlines(story) : null,
    several && story.first ? section("course", lanes(story)) : null,
    section(
      "articles",
      el(
        "ol",
        { class: "articles" },
        ...story.articles.map((one) => articleRow(one, "h4", shows, (open) => onToggle(one, open))),
      ),
    ),
    story.changes.length ? section("changes", changes(story)) : null,
  ];
  return parts.filter(Boolean);
}

const section = (key, ...children) => el("section", { class: key }, el("h3", null, phrase(key)), ...children);

function facts(story) {
  const rows = [["keywords", el("span", { class: "words" }, ...keywords(story))]];
  if (story.first)
    rows.unshift([
      "first_source",
      el("span", null, sourceName(story.first), words("comma"), time("moment", story.first.at)),
    ]);
  if (story.articles.length > 1) rows.splice(1, 0, ...counts(story));
  return el(
    "dl",
    { class: "about" },
    ...rows
      .filter(([, value]) => value.hasChildNodes())
      .map(([key, value]) => el("div", null, el("dt", null, phrase(key)), el("dd", null, value))),
  );
}

function counts(story) {
  const n = story.articles.length;
  const rows = [
    [
      "articles",
      el(
        "span",
        null,
        number.format(n),
        story.copies ? words("comma") : null,
        story.copies ? phrase("n_copies", { n: story.copies }) : null,
      ),
    ],
    [
      "told_in",
      el(
        "span",
        null,
        tally(story.articles.map((one) => one.language))
          .map(([code]) => languageName(code))
          .join(words("comma")),
      ),
    ],
    ["told_by", phrase("n_sources", { n: new Set(story.articles.map((one) => one.source)).size })],
  ];
  if (story.first && story.last.at > story.first.at)
    rows.push(["span", el("span", null, span(story.last.at - story.first.at))]);
  if (story.growth) rows.push(["grown", el("span", { class: "growth" }, `+${number.format(story.growth)}`)]);
  return rows;
}

const keywords = (story) =>
  story.words.flatMap((word, place) => [...(place ? [words("comma")] : []), el("bdi", null, word)]);

function headlines(story) {
  const rows = story.heads.map((head) =>
    el(
      "div",
      null,
      el("dt", null, languageName(head.language)),
      el("dd", null, spoken("a", head.title, head.language, { href: link("article", head.id) })),
    ),
  );
  return section("headlines", el("dl", { class: "headlines" }, ...rows));
}

function changes(story) {
  const item = ([at, change, n, other]) => {
    const what = phrase(change, { n });
    return el(
      "li",
      null,
      time("moment", at),
      el("span", null, other ? phrase("of_story", { what, story: otherStory(other) }) : what),
    );
  };
  return el("ol", { class: "changes-list" }, ...story.changes.map(item));
}

function otherStory(id) {
  const other = storyOf.get(redirects.get(id) ?? id);
  return other ? spoken("a", other.head.title, other.head.language, { href: link("story", other.id) }) : id;
}
