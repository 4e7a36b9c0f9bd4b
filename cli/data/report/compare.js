// Two copies side by side, in rows that begin where both have a new paragraph.

const countWords = (text) => text.match(/\S+/g)?.length ?? 0;

// The passages of both texts in turns: alike, other, alike. Lengths are those of the diff.
function passages(diff, one, other) {
  const found = [];
  let [from, fromOther] = [0, 0];
  for (let turn = 0; turn < diff.length; turn += 2) {
    const [a, b] = [one.slice(from, from + diff[turn]), other.slice(fromOther, fromOther + diff[turn + 1])];
    [from, fromOther] = [from + diff[turn], fromOther + diff[turn + 1]];
    if (a || b) found.push({ alike: turn % 4 === 0, a, b });
  }
  return { found, whole: from === one.length && fromOther === other.length };
}

const PARAGRAPH = /(?<=\n)(?=[^\n])/;

// Rows of two cells. A passage that is alike is cut where both have a line end after the same number of lines.
function rows(found) {
  const table = [{ a: [], b: [] }];
  for (const { alike, a, b } of found) {
    const [parts, others] = [a.split(PARAGRAPH), b.split(PARAGRAPH)];
    const pairs = alike && parts.length === others.length ? parts.map((part, n) => [part, others[n]]) : [[a, b]];
    pairs.forEach(([part, counterpart], n) => {
      if (n) table.push({ a: [], b: [] });
      table.at(-1).a.push({ alike, text: part, other: counterpart });
      table.at(-1).b.push({ alike, text: counterpart, other: part });
    });
  }
  return table;
}

function marked({ alike, text, other }, name) {
  const [, before, said, after] = /^(\s*)(.*?)(\s*)$/su.exec(text);
  if (!said || (alike && said === other.trim())) return [text];
  const mark = alike ? el("span", { class: "variant", title: words("variant") }, said) : el(name, null, said);
  return [before, mark, after];
}

// Line ends part the rows, which have a space between them already.
function cell(parts, name, language) {
  const text = parts.map((part) => part.text).join("");
  const last = parts.at(-1);
  const trimmed = [...parts.slice(0, -1), { ...last, text: last.text.trimEnd() }];
  return el(
    "p",
    { lang: language || "und", dir: direction(text, language) },
    ...trimmed.flatMap((part) => marked(part, name)),
  );
}

function summary(found, whole) {
  const changed = found.filter((passage) => !passage.alike);
  const sum = (side) => changed.reduce((total, passage) => total + countWords(passage[side]), 0);
  const same = found.every(({ a, b }) => a.trim() === b.trim());
  const told = changed.length
    ? phrase("differ", {
        passages: phrase("n_passages", { n: changed.length }),
        gone: phrase("n_gone", { n: sum("a") }),
        new: phrase("n_new", { n: sum("b") }),
      })
    : phrase(same ? "word_for_word" : "same_words");
  return el("p", { class: "summary" }, told, ...(whole ? [] : [" ", phrase("compared_up_to")]));
}

const side = (key, article) =>
  el(
    "p",
    { class: "side facts" },
    el("b", null, phrase(key)),
    el("span", null, sourceName(article)),
    article.at === null ? null : time("moment", article.at),
  );

async function comparison({ earlier, later, diff }) {
  const { found, whole } = passages(diff, await bodyOf(earlier), await bodyOf(later));
  const reading = direction(earlier.title, earlier.language);
  const grid = el("div", { class: "sides", dir: reading }, side("earlier", earlier), side("later_one", later));
  for (const { a, b } of rows(found)) {
    const same = a.every((part) => part.alike) && b.every((part) => part.alike);
    const pair = el("div", { class: same ? "pair same" : "pair" });
    pair.append(cell(a, "del", earlier.language), cell(b, "ins", later.language));
    grid.append(pair);
  }
  return el("div", { class: "comparison" }, summary(found, whole), grid);
}
