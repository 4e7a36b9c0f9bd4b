// Which articles meet the filters, and which stories and groups of copies are listed for them.

const choice = { query: "", languages: new Set(), source: "", since: "", until: "", order: "latest", alone: false };
choice.alone = stories.every((story) => story.articles.length < 2); // else there would be nothing to see
const NO_CHOICE = { query: "", source: "", since: "", until: "" };

// The languages that a story goes by its headline in: those chosen, else that of the page.
const readIn = () => [...choice.languages, document.documentElement.lang];

const isChosen = () => choice.languages.size > 0 || Object.keys(NO_CHOICE).some((name) => choice[name] !== "");

// 1 for each article that meets all filters.
function matches() {
  const wanted = fold(choice.query).split(/\s+/).filter(Boolean);
  const since = choice.since ? Date.parse(choice.since) / 1000 : -Infinity;
  const until = choice.until ? Date.parse(choice.until) / 1000 + DAY : Infinity;
  const dated = choice.since || choice.until;
  return Uint8Array.from(articles, (article) => {
    if (choice.languages.size && !choice.languages.has(article.language)) return 0;
    if (choice.source && article.source !== sourceChosen()) return 0;
    if (dated && !(article.at !== null && article.at >= since && article.at < until)) return 0;
    return wanted.every((word) => searched[article.n].includes(word)) ? 1 : 0;
  });
}

const sourceChosen = () => report.sources[Number(choice.source)];

// The listed stories in order, the listed groups, and the articles that met the filters in each list.
function chosen() {
  const met = matches();
  const meets = (article) => met[article.n] === 1;
  const passing = stories.filter((story) => story.articles.some(meets));
  const alone = passing.filter((story) => story.articles.length === 1);
  const listed = choice.alone ? passing : passing.filter((story) => story.articles.length > 1);
  const listedGroups = groups.filter((group) => group.all.some(meets));
  return {
    stories: ordered(listed),
    groups: listedGroups,
    alone: alone.length,
    inStories: listed.flatMap((story) => story.articles.filter(meets)),
    inGroups: [...new Set(listedGroups.flatMap((group) => group.all.filter(meets)))],
  };
}

// In days the larger story comes first, which is how all of them stand.
function ordered(listed) {
  const day = (story) => (story.first ? dayOf(story.first.at) : -Infinity);
  if (choice.order === "growth") return listed.toSorted((a, b) => b.growth - a.growth);
  if (choice.order === "size") return listed;
  if (choice.order === "latest") return listed.toSorted((a, b) => day(b) - day(a) || 0);
  return listed.toSorted((a, b) => (a.first ? day(a) : Infinity) - (b.first ? day(b) : Infinity) || 0);
}
