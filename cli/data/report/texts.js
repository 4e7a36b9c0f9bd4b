// The texts of the articles, which are packed in blocks and unpacked when they are asked for.

const packed = JSON.parse(byId("texts").textContent);
const canUnpack = typeof DecompressionStream === "function";
const BLOCKS_KEPT = 8;
const unpacked = new Map();

async function unpack(place) {
  const bytes = Uint8Array.from(atob(packed.blocks[place]), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

function blockOf(n) {
  let place = packed.starts.length - 1;
  while (packed.starts[place] > n) place--;
  return place;
}

async function textOf(article) {
  const place = blockOf(article.n);
  if (!unpacked.has(place)) {
    if (unpacked.size >= BLOCKS_KEPT) unpacked.delete(unpacked.keys().next().value);
    unpacked.set(place, unpack(place));
  }
  return (await unpacked.get(place))[article.n - packed.starts[place]];
}

// The title and the text as one string, which is what a diff counts along.
const bodyOf = async (article) => `${untitled.has(article.n) ? "" : article.title}\n${await textOf(article)}`;

// Letters that count as the same made equal: case, accents, Arabic vowel signs, and the spellings that newsrooms mix.
const ACCENTS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g;
const SAME = { ى: "ي", ة: "ه", ٱ: "ا", ک: "ك", ی: "ي", ہ: "ه", ھ: "ه", ە: "ه", ۀ: "ه", ۃ: "ه", ı: "i", ς: "σ" };
const SAME_LETTERS = new RegExp(`[${Object.keys(SAME).join("")}]`, "g");

const fold = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(ACCENTS, "")
    .replace(SAME_LETTERS, (letter) => SAME[letter]);

// What is searched of each article; the texts are added when something is first searched for.
const searched = [];
let searching = null;

function prepareSearch(onProgress) {
  searching ??= gatherSearched(onProgress);
  return searching;
}

async function gatherSearched(onProgress) {
  for (const article of articles) searched.push(fold(`${article.title}\n${article.source}\n${article.id}\n`));
  if (!canUnpack) return;
  for (let place = 0; place < packed.blocks.length; place++) {
    onProgress(place / packed.blocks.length);
    const texts = await unpack(place);
    texts.forEach((text, offset) => (searched[packed.starts[place] + offset] += fold(text)));
  }
}
