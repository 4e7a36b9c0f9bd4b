"""Finds languages of news by their codes and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

# One language a line: its ISO 639-1 code; the three-letter codes that mean it (ISO 639-2/T first, then 639-2/B, then
# the members of a macrolanguage that the press writes alike) and withdrawn codes; its names in English and its own, and
# names in the languages of other newsrooms.
_TABLE = """
aa: aar: Afar
ab: abk: Abkhaz, Abkhazian
af: afr: Afrikaans
ak: aka: Akan
am: amh: Amharic, አማርኛ,
 الأمهرية
an: arg: Aragonese, Aragonés
ar: ara arb arz ary arq aeb apc ajp acm acq ars afb: Arabic, Modern Standard Arabic, العربية, عربي, عربية,
 عربی, زبان عربی, Arabe, Árabe, Arabisch, Arapça, арабский, 阿拉伯语
as: asm: Assamese, অসমীয়া
ay: aym ayr: Aymara
az: aze azj azb: Azerbaijani, Azeri, Azərbaycan, Azərbaycanca, Azərbaycan dili
ba: bak: Bashkir, Башҡорт
be: bel: Belarusian, Belarussian, Byelorussian, Беларуская
bg: bul: Bulgarian, Български
bi: bis: Bislama
bm: bam: Bambara, Bamanankan
bn: ben: Bengali, Bangla, বাংলা,
 البنغالية
bo: bod tib: Tibetan, བོད་ཡིག, བོད་སྐད
br: bre: Breton, Brezhoneg
bs: bos: Bosnian, Bosanski
ca: cat: Catalan, Valencian, Català
ce: che: Chechen, Нохчийн
co: cos: Corsican, Corsu
cs: ces cze: Czech, Čeština, Česky
cv: chv: Chuvash, Чӑваш
cy: cym wel: Welsh, Cymraeg
da: dan: Danish, Dansk
de: deu ger: German, Deutsch,
 الألمانية, ألمانية, ألماني, آلمانی, Allemand, Alemán, Alemão, Tedesco, Almanca, немецкий
dv: div: Dhivehi, Divehi, Maldivian, ދިވެހި
dz: dzo: Dzongkha, རྫོང་ཁ
ee: ewe: Ewe
el: ell gre: Greek, Modern Greek, Ελληνικά
en: eng: English, American English, British English,
 الإنجليزية, إنجليزية, إنجليزي, انگلیسی, Anglais, Anglaise, Inglés, Inglês, Inglese, Englisch, İngilizce,
 английский, 英语, 英文
eo: epo: Esperanto
es: spa: Spanish, Castilian, Español, Castellano,
 الإسبانية, إسبانية, إسباني, Espagnol, Spagnolo, Spanisch, İspanyolca
et: est ekk: Estonian, Eesti, Eesti keel
eu: eus baq: Basque, Euskara
fa: fas per pes prs: Persian, Farsi, Dari, فارسی, فارسي, دری,
 الفارسية, فارسية, Persan, Persisch, Farsça, персидский
ff: ful fuv fuc: Fula, Fulah, Fulani, Fulfulde, Pulaar
fi: fin: Finnish, Suomi
fj: fij: Fijian
fo: fao: Faroese, Føroyskt
fr: fra fre: French, Français,
 الفرنسية, فرنسية, فرنسي, فرانسوی, Francés, Francês, Francese, Französisch, Fransızca, французский
fy: fry: Western Frisian, West Frisian, Frisian, Frysk
ga: gle: Irish, Irish Gaelic, Gaeilge
gd: gla: Scottish Gaelic, Scots Gaelic, Gàidhlig
gl: glg: Galician, Galego
gn: grn gug: Guarani, Guaraní, Avañe'ẽ
gu: guj: Gujarati, ગુજરાતી
ha: hau: Hausa
he: heb iw: Hebrew, עברית,
 العبرية, عبري, Hébreu, Hebreo, Hebräisch, İbranice
hi: hin: Hindi, हिन्दी, हिंदी,
 الهندية
hr: hrv: Croatian, Hrvatski
ht: hat: Haitian Creole, Haitian, Kreyòl ayisyen
hu: hun: Hungarian, Magyar
hy: hye arm: Armenian, Հայերեն
id: ind in: Indonesian, Bahasa Indonesia,
 الإندونيسية
ig: ibo: Igbo
is: isl ice: Icelandic, Íslenska
it: ita: Italian, Italiano,
 الإيطالية, إيطالي, Italien, Italienisch
ja: jpn: Japanese, 日本語,
 اليابانية
jv: jav jw: Javanese, Basa Jawa
ka: kat geo: Georgian, ქართული
kg: kon: Kongo, Kikongo
ki: kik: Kikuyu, Gikuyu
kk: kaz: Kazakh, Қазақша, Қазақ тілі
kl: kal: Greenlandic, Kalaallisut
km: khm: Khmer, Cambodian, ខ្មែរ, ភាសាខ្មែរ
kn: kan: Kannada, ಕನ್ನಡ
ko: kor: Korean, 한국어, 조선말,
 الكورية
kr: kau: Kanuri
ks: kas: Kashmiri, کٲشُر
ku: kur ckb kmr sdh: Kurdish, Sorani, Central Kurdish, Kurmanji, Northern Kurdish, Kurdî, کوردی, كوردي,
 الكردية, كردية, كردي, Kurde, Kurdisch
ky: kir: Kyrgyz, Kirghiz, Кыргызча
la: lat: Latin, Latina
lb: ltz: Luxembourgish, Lëtzebuergesch
lg: lug: Ganda, Luganda
ln: lin: Lingala
lo: lao: Lao, Laotian, ລາວ, ພາສາລາວ
lt: lit: Lithuanian, Lietuvių
lv: lav lvs: Latvian, Latviešu
mg: mlg plt: Malagasy
mi: mri mao: Maori, Māori, Te reo Māori
mk: mkd mac: Macedonian, Македонски
ml: mal: Malayalam, മലയാളം
mn: mon khk: Mongolian, Монгол
mr: mar: Marathi, मराठी
ms: msa may zsm zlm: Malay, Malaysian, Bahasa Melayu, Bahasa Malaysia
mt: mlt: Maltese, Malti
my: mya bur: Burmese, Myanmar, မြန်မာ, မြန်မာဘာသာ, ဗမာစာ
nd: nde: Northern Ndebele, North Ndebele
ne: nep npi: Nepali, नेपाली
nl: nld dut: Dutch, Flemish, Nederlands
no: nor nb nob nn nno: Norwegian, Norsk, Norwegian Bokmål, Bokmål, Norwegian Nynorsk, Nynorsk
nr: nbl: Southern Ndebele, South Ndebele
ny: nya: Chichewa, Chewa, Nyanja, Chinyanja
oc: oci: Occitan
om: orm gaz: Oromo, Afaan Oromo, Afaan Oromoo
or: ori ory: Odia, Oriya, ଓଡ଼ିଆ
os: oss: Ossetian, Ossetic, Ирон
pa: pan pnb: Punjabi, Panjabi, Western Punjabi, ਪੰਜਾਬੀ, پنجابی
pl: pol: Polish, Polski
ps: pus pbt pbu pst: Pashto, Pushto, پښتو,
 البشتو, البشتوية
pt: por: Portuguese, Brazilian Portuguese, Português,
 البرتغالية, Portugais, Portugiesisch
qu: que quy quz: Quechua, Runasimi
rm: roh: Romansh, Rumantsch
rn: run: Rundi, Kirundi
ro: ron rum mol mo: Romanian, Moldovan, Moldavian, Română
ru: rus: Russian, Русский,
 الروسية, روسية, روسي, روسی, Russe, Ruso, Russisch, Rusça
rw: kin: Kinyarwanda
sa: san: Sanskrit, संस्कृतम्
sc: srd: Sardinian, Sardu
sd: snd: Sindhi, سنڌي
se: sme: Northern Sami, Davvisámegiella
sg: sag: Sango
sh: hbs: Serbo-Croatian
si: sin: Sinhala, Sinhalese, සිංහල
sk: slk slo: Slovak, Slovenčina, Slovensky
sl: slv: Slovenian, Slovene, Slovenščina
sm: smo: Samoan
sn: sna: Shona
so: som: Somali, Soomaali, Af Soomaali,
 الصومالية
sq: sqi alb als: Albanian, Shqip
sr: srp: Serbian, Српски, Srpski
ss: ssw: Swati, Swazi
st: sot: Southern Sotho, Sesotho
su: sun: Sundanese, Basa Sunda
sv: swe: Swedish, Svenska
sw: swa swh: Swahili, Kiswahili,
 السواحلية
ta: tam: Tamil, தமிழ்
te: tel: Telugu, తెలుగు
tg: tgk: Tajik, Тоҷикӣ
th: tha: Thai, ไทย, ภาษาไทย
ti: tir: Tigrinya, ትግርኛ
tk: tuk: Turkmen, Türkmençe, Türkmen dili
tl: tgl fil: Tagalog, Filipino, Pilipino
tn: tsn: Tswana, Setswana
to: ton: Tongan
tr: tur: Turkish, Türkçe,
 التركية, تركية, تركي, ترکی, Turc, Turco, Türkisch
ts: tso: Tsonga
tt: tat: Tatar, Татарча
tw: twi: Twi
ty: tah: Tahitian
ug: uig: Uyghur, Uighur, ئۇيغۇرچە
uk: ukr: Ukrainian, Українська
ur: urd: Urdu, اردو,
 الأردية, أردو, Ourdou
uz: uzb uzn uzs: Uzbek, Oʻzbekcha, O'zbek, Ўзбекча
ve: ven: Venda
vi: vie: Vietnamese, Tiếng Việt
wo: wol: Wolof
xh: xho: Xhosa, isiXhosa
yi: yid ydd ji: Yiddish, ייִדיש
yo: yor: Yoruba, Yorùbá
zh: zho chi cmn yue wuu hak: Chinese, Mandarin, Cantonese, 中文, 汉语, 漢語, 华语, 華語, 普通话, 國語, 粵語,
 简体中文, 繁體中文, Mandarin Chinese, Simplified Chinese, Traditional Chinese,
 الصينية, صيني, Chinois, Chino, Chinesisch
zu: zul: Zulu, isiZulu
"""

# ISO 639's own words for "none", and what programs write into an empty cell. "na" and "nan" are codes too (Nauruan,
# Min Nan), but stand for a missing value far more often.
_ABSENT = frozenset({
    "und", "mul", "mis", "zxx", "unk", "unknown", "undetermined", "undefined", "unspecified", "none", "null", "nil",
    "n/a", "n.a.", "na", "nan", "<na>", "<null>", "-", "--", "—", "?", "???", "other", "others", "multiple",
    "multilingual",
})  # fmt: skip
_BRACKETS = re.compile(r"\s*[(\[（].*", re.DOTALL)
_CODE = re.compile("[a-z]{2,3}")
_MOST_CHARACTERS = 200


@lru_cache(maxsize=4096)
def find_language(text: str) -> str | None:
    """Find the code of the language that ``text`` names, in any letter case.

    Understood are ISO 639-1 codes, also with subtags (``en-US``, ``zh_Hant``, ``ar_EG.UTF-8``), the three-letter codes
    of ISO 639-2 and 639-3, and names in English or in the language itself, also with a remark in brackets. A code of
    two or three letters that is not in the table is returned as it is, in lower case.

    Returns:
        The ISO 639-1 code if the language has one; empty if ``text`` says that the language is not known or that there
        are several; ``None`` if it is neither a code nor a known name.
    """
    whole = _folded(text[:_MOST_CHARACTERS])
    if not whole or whole in _ABSENT:
        return ""
    table = _codes()
    name = _BRACKETS.sub("", whole)
    if name in table:
        return table[name]
    code = re.split("[-_.@ ]", name, maxsplit=1)[0] if name.isascii() and " " not in name else ""
    if code in _ABSENT:
        return ""
    return table.get(code, code) if _CODE.fullmatch(code) or code in table else None


def base_language(code: str) -> str:
    """A language code in lower case and without its region: ``pt`` for ``pt-BR``."""
    return code.lower().split("-")[0]


def language_name(code: str) -> str:
    """The English name of the language of a code, without its region; the code itself if the name is not known."""
    return _names().get(find_language(code) or "", code)


@cache
def _names() -> dict[str, str]:
    return {code: names[0] for code, _, names in _lines()}


@cache
def _codes() -> dict[str, str]:
    """The ISO 639-1 code of each code and folded name of the table."""
    table = {}
    for code, others, names in _lines():
        table.update(dict.fromkeys([code, *others, *map(_folded, names)], code))
    return table


def _lines() -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each line of the table: code, other codes, names."""
    for line in _TABLE.replace("\n ", " ").strip().splitlines():
        code, others, names = line.split(": ")
        yield code, others.split(), names.split(", ")


def _folded(text: str) -> str:
    """Fold a name: no letter case, no marks on letters, words one space apart. "Français" becomes "francais"."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")
    return " ".join(bare.casefold().replace("ı", "i").split())  # the capital of ı is I
