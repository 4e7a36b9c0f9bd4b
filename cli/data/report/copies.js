// The list of groups of copies, each with who had it first and what became of it.

const earliest = (group) => group.all.find((article) => article.at !== null) ?? group.all[0];

function groupItem(group) {
  const first = earliest(group);
  const [n, missing] = [group.members.length - 1, group.size - group.members.length];
  const values = { source: sourceName(first), time: first.at === null ? phrase("undated") : time("moment", first.at) };
  const told = n ? phrase("group_of", { ...values, copies: phrase("n_copies", { n }) }) : phrase("group_alone", values);
  return el(
    "li",
    { class: "group" },
    el("h3", null, told),
    missing ? el("p", { class: "note" }, phrase("not_shown", { n: missing })) : null,
    el("ol", { class: "articles" }, ...group.all.map(groupRow)),
  );
}

function groupRow(article) {
  const row = articleRow(article, "h4");
  if (article.story.articles.length < 2) return row;
  const label = words("in_story_of", { title: article.title });
  row
    .querySelector(".facts")
    .append(el("a", { href: link("article", article.id), "aria-label": label }, words("in_story")));
  return row;
}

function addGroups(list, listed, from, to) {
  if (!list.firstChild) list.append(el("ol", { class: "groups" }));
  list.firstChild.append(...listed.slice(from, to).map(groupItem));
}
