// The articles and stories of the page as objects that know each other.

const columns = report.articles;
const untitled = new Set(columns.untitled);
const cut = new Set(columns.cut);
const articles = columns.id.map((id, n) => ({
  id,
  n,
  title: columns.title[n],
  source: report.sources[columns.source[n]],
  language: report.languages[columns.language[n]],
  at: columns.at[n],
  url: columns.url[n],
  story: null,
  copy: null,
  held: [],
}));

let next = 0;
const stories = report.stories.map((row) => {
  const story = {
    id: row.id,
    articles: articles.slice(next, (next += row.size)),
    head: articles[row.head],
    heads: row.heads.map((n) => articles[n]),
    words: row.words,
    copies: row.copies,
    growth: row.growth,
    changes: row.changes ?? [],
  };
  for (const article of story.articles) article.story = story;
  const dated = story.articles.filter((article) => article.at !== null);
  story.first = dated[0] ?? null;
  story.last = dated.at(-1) ?? null;
  return story;
});

for (const [n, other, alike, diff] of report.copies)
  articles[n].copy = { earlier: articles[other], later: articles[n], alike, diff };

const links = report.held.map(([earlier, later, share, innerIsEarlier, diff]) => {
  const link = { earlier: articles[earlier], later: articles[later], alike: share, innerIsEarlier, diff };
  link.later.held.push(link);
  return link;
});

const groups = report.groups.map((row) => ({
  size: row.size,
  members: row.members.map((n) => articles[n]),
  attached: row.attached.map((place) => links[place]),
}));
for (const group of groups)
  group.all = [...new Set([...group.members, ...group.attached.flatMap((link) => [link.earlier, link.later])])];

const redirects = new Map(Object.entries(report.redirects));
const storyOf = new Map(stories.map((story) => [story.id, story]));
const articleOf = new Map(articles.map((article) => [article.id, article]));

// The headline in the first of some languages that the story has one in, else its own.
function headlineOf(story, languages) {
  for (const language of languages) {
    const found = story.heads.find((head) => head.language === language);
    if (found) return found;
  }
  return story.head;
}

// How often each value occurs, most often first.
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
