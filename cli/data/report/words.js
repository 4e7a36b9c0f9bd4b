// The words of the interface, numbers and moments in its language, and the direction of every text by its own letters.

const page = JSON.parse(byId("data").textContent);
const report = page.report;
const locale = page.strings.locale;
const plural = new Intl.PluralRules(locale);
const number = new Intl.NumberFormat(locale);
const percent = new Intl.NumberFormat(locale, { style: "percent", roundingMode: "floor" });
const names = new Intl.DisplayNames(locale, { type: "language" });
const moments = Object.fromEntries(
  Object.entries({
    day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
    date: { day: "numeric", month: "long", year: "numeric" },
    brief: { day: "numeric", month: "short" },
    month: { month: "short", year: "numeric" },
    clock: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    moment: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    weekday: { weekday: "long" },
    year: { month: "long", year: "numeric" },
  }).map(([name, parts]) => [name, new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" })]),
);

const DAY = 86400;
const dayOf = (at) => Math.floor(at / DAY);
const shown = (format, at) => moments[format].format(at * 1000);
const isoDay = (day) => new Date(day * DAY * 1000).toISOString().slice(0, 10);

// A string with its values, as nodes: {name} stands for a node, a text or a number.
function phrase(key, values) {
  const text = page.strings[key];
  const pattern = typeof text === "string" ? text : (text[plural.select(values.n)] ?? text.other);
  const parts = pattern.split(/\{(\w+)\}/).map((part, place) => (place % 2 ? valueOf(values[part]) : part));
  return el("span", null, ...parts);
}

const valueOf = (value) => (typeof value === "number" ? number.format(value) : value);

// The same as plain text, for labels.
const words = (key, values) => phrase(key, values).textContent;

function span(seconds) {
  const [unit, size] = seconds < 5400 ? ["minute", 60] : seconds < 2 * DAY ? ["hour", 3600] : ["day", DAY];
  const count = Math.max(1, Math.round(seconds / size));
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

// Its own direction keeps a moment in order where what is around it runs the other way.
function time(format, at) {
  const attributes = { datetime: new Date(at * 1000).toISOString(), dir: document.documentElement.dir };
  return el("time", attributes, shown(format, at));
}

function languageName(code) {
  if (!code) return words("unknown_language");
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // what an article calls its language need not be a code
  }
}

const RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/gu;
const RIGHT_LANGUAGES = new Set("ar arc ckb dv fa he iw ji ks nqo pnb ps sd syr ug ur yi".split(" "));
const JUDGED = 400;

// In a right-to-left language some such letters will do: its headlines may begin with a foreign name.
function direction(text, language) {
  const letters = text.slice(0, JUDGED).match(/\p{L}/gu) ?? [];
  const right = letters.join("").match(RIGHT)?.length ?? 0;
  if (RIGHT_LANGUAGES.has(language)) return right || !letters.length ? "rtl" : "ltr";
  return right > letters.length - right ? "rtl" : "ltr";
}

// An element that holds text of an article, in the language and the direction of that text.
function spoken(name, text, language, attributes) {
  return el(name, { lang: language || "und", dir: direction(text, language), ...attributes }, text);
}
