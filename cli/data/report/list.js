// The list that is shown, stories or groups of copies, which grows as it is read.

const BATCH = 40;
const views = new Map([
  ["stories", "stories-list"],
  ["copies", "copies-list"],
]);
let view = "stories";
let listing = chosen();
let added = 0;

const list = () => byId(views.get(view));
const listedNow = () => (view === "copies" ? listing.groups : listing.stories);
const tell = (message) => byId("count").replaceChildren(message);

function renderList() {
  for (const [name, id] of views) byId(id).hidden = name !== view;
  list().replaceChildren();
  added = 0;
  addMore(BATCH);
  tell(countNow());
  byId("alone-label").replaceChildren(phrase("alone", { n: listing.alone }));
  byId("clear").hidden = !isChosen();
  drawTimeline(view === "copies" ? listing.inGroups : listing.inStories, chooseDays);
}

function addMore(n) {
  const add = view === "copies" ? addGroups : addStories;
  add(list(), listedNow(), added, added + n);
  added = Math.min(added + n, listedNow().length);
  byId("more").hidden = added >= listedNow().length;
}

function countNow() {
  if (!listedNow().length)
    return view === "stories" && listing.alone ? phrase("only_alone", { n: listing.alone }) : phrase("nothing");
  const [met, kind] = view === "copies" ? [listing.inGroups, "groups"] : [listing.inStories, "stories"];
  return phrase(`count_${kind}`, {
    [kind]: phrase(`n_${kind}`, { n: listedNow().length }),
    articles: phrase("n_articles", { n: met.length }),
  });
}

// Lists what meets the choice, as it is once the texts have been read.
async function choose() {
  if (choice.query.trim()) await prepareSearch((share) => tell(phrase("reading", { percent: percent.format(share) })));
  listing = chosen();
  renderList();
}

function chooseDays(since, until) {
  [byId("since").value, byId("until").value] = [since, until];
  Object.assign(choice, { since, until });
  choose();
}
