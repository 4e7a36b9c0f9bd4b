// What the address opens: a view, a story or an article.

const shows = new Map();
let inStory = null;
let left = { scroll: 0, address: null };

function route() {
  let address = location.hash.slice(1);
  try {
    address = decodeURIComponent(address);
  } catch {
    // not one of ours: it is looked up as it stands
  }
  const [, kind, id] = /^(story|article)-(.*)$/su.exec(address) ?? [];
  if (kind === "article") openStory(articleOf.get(id)?.story, id, articleOf.get(id));
  else if (kind === "story") openStory(storyOf.get(redirects.get(id) ?? id), id);
  else openView(views.has(address) || address === "sources" ? address : "stories");
}

function only(id, tab) {
  document.body.dataset.view = id;
  for (const one of ["browse", "story", "echoes"]) byId(one).hidden = one !== id;
  for (const one of document.querySelectorAll("nav a"))
    if (one.dataset.view === tab) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
}

function openView(name) {
  const before = document.body.dataset.view;
  inStory = null;
  document.title = document.querySelector("h1").textContent;
  only(name === "sources" ? "echoes" : "browse", name);
  if (name !== "sources") openList(name);
  if (before === "story" && name === view && left.address) return goBack();
  if (before) byId(name === "sources" ? "echoes-heading" : "browse-heading").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function openList(name) {
  byId("browse").dataset.list = name;
  byId("browse-heading").replaceChildren(phrase(name));
  if (view === name && added) return;
  view = name;
  renderList();
}

// To the place in the list that was left, with the focus on what was opened from there.
function goBack() {
  scrollTo(0, left.scroll);
  const from = [...list().querySelectorAll("a")].find((one) => one.hash === left.address);
  (from ?? byId("browse-heading")).focus({ preventScroll: true });
}

function openStory(story, id, article) {
  if (!story) {
    openView("stories");
    tell(phrase("not_here", { id }));
    return;
  }
  if (inStory !== story) {
    if (!byId("browse").hidden) left = { scroll: scrollY, address: location.hash };
    shows.clear();
    byId("story").replaceChildren(...storyPage(story, view, shows, keepAddress));
    inStory = story;
    only("story", view);
    document.title = headlineOf(story, readIn()).title;
  }
  const alone = story.articles.length === 1;
  const target = shows.get(article ?? (alone ? story.articles[0] : null));
  target?.show(true);
  scrollTo(0, 0);
  if (!article || alone) return byId("story-heading").focus({ preventScroll: true });
  target.toggle.focus({ preventScroll: true });
  target.toggle.closest("li").scrollIntoView();
}

// The address follows what a reader opens, so that it can be copied; the back button does not.
function keepAddress(article, open) {
  history.replaceState(null, "", open ? link("article", article.id) : link("story", article.story.id));
}
