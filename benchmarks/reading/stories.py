"""The invented articles that every kind of file is made of, so that what must be read is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Story(NamedTuple):
    """An article as it was written.

    Attributes:
        number: from 1; part of its ids and addresses.
        language: its ISO 639-1 code.
        language_name: the language's name in English.
        iso3: its ISO 639-3 code.
        source: the name of its outlet.
        host: the host of the outlet's site.
        zone: the zone of the outlet.
        date: when it was published, to the minute.
        title: its headline.
        paragraphs: its text.
    """

    number: int
    language: str
    language_name: str
    iso3: str
    source: str
    host: str
    zone: str
    date: datetime
    title: str
    paragraphs: tuple[str, ...]

    @property
    def id(self) -> str:
        """An id that tells nothing about its place."""
        return f"n{self.number:03}"

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.host}/news/article-{self.number}"

    @property
    def text(self) -> str:
        """Its paragraphs, one a line."""
        return "\n".join(self.paragraphs)

    @property
    def lead(self) -> str:
        """Its first paragraph."""
        return self.paragraphs[0]

    @property
    def html(self) -> str:
        """Its paragraphs as HTML."""
        return "".join(f"<p>{escaped(one)}</p>\n" for one in self.paragraphs)

    @property
    def local(self) -> datetime:
        """Its date in the zone of its outlet."""
        return self.date.astimezone(ZoneInfo(self.zone))

    @property
    def iso(self) -> str:
        """Its date in UTC: ``2024-07-31T09:05:00Z``."""
        return self.date.strftime("%Y-%m-%dT%H:%M:00Z")

    @property
    def utc(self) -> str:
        """Its date in UTC without an offset: ``2024-07-31 09:05:00``."""
        return self.date.strftime("%Y-%m-%d %H:%M:00")

    @property
    def offset(self) -> str:
        """Its date with the offset of its outlet: ``2024-07-31T12:05:00+03:00``."""
        return self.local.isoformat()

    @property
    def day(self) -> str:
        """Its day in UTC: ``2024-07-31``."""
        return self.date.strftime("%Y-%m-%d")

    @property
    def epoch(self) -> int:
        """Its date as a number of seconds."""
        return int(self.date.timestamp())

    @property
    def rfc(self) -> str:
        """Its date as feeds have it: ``Wed, 31 Jul 2024 12:05:00 +0300``."""
        return format_datetime(self.local)


def escaped(text: str) -> str:
    """``text`` as it stands in HTML and XML."""
    for plain, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, reference)
    return text


_LANGUAGES = {
    "ar": ("Arabic", "ara"), "fa": ("Persian", "fas"), "ur": ("Urdu", "urd"), "hi": ("Hindi", "hin"),
    "zh": ("Chinese", "zho"), "en": ("English", "eng"), "es": ("Spanish", "spa"), "ru": ("Russian", "rus"),
    "de": ("German", "deu"),
}  # fmt: skip
_OUTLETS = {
    "ar": ("صحيفة النخيل", "nakheel.example", "Asia/Riyadh"),
    "fa": ("روزنامه سپیدار", "sepidar.example", "Asia/Tehran"),
    "ur": ("روزنامہ صنوبر", "sanober.example", "Asia/Karachi"),
    "hi": ("दैनिक पलाश", "palash.example", "Asia/Kolkata"),
    "zh": ("江畔日报", "jiangpan.example", "Asia/Shanghai"),
    "en": ("The Harbour Post", "harbourpost.example", "Europe/London"),
    "es": ("Diario del Valle", "valle.example", "America/Bogota"),
    "ru": ("Речной вестник", "vestnik.example", "Europe/Moscow"),
    "de": ("Talbote", "talbote.example", "Europe/Berlin"),
}
_WRITTEN = (
    ("ar", "افتتاح جسر النهر الجديد بعد ثلاث سنوات من العمل",
     "افتتح رئيس البلدية صباح اليوم الجسر الجديد فوق النهر، وحضر الحفل أكثر من ألف شخص من سكان الأحياء المجاورة.",
     "وقال في كلمته إن الجسر سيخفف الازدحام عن وسط المدينة، وسيقصر الطريق إلى الميناء نحو عشرين دقيقة.",
     "وشكر العاملين في المشروع؛ وأضاف: «لم يكن العمل سهلا، لكن النتيجة تستحق»."),
    ("ar", "حملة لزراعة عشرة آلاف شجرة سدر حول القرى الشمالية",
     "بدأت جمعية البيئة حملة لزراعة عشرة آلاف شجرة سدر حول القرى الشمالية، بمشاركة طلاب المدارس والمتطوعين.",
     "وأوضحت الجمعية أن الأشجار ستسقى بمياه معالجة، وأن كل قرية ستتولى رعاية ما يزرع في أرضها.",
     "ويتوقع أن تنتهي الحملة قبل حلول الصيف، ثم تقاس نسبة ما بقي من الأشجار بعد عام."),
    ("fa", "کتابخانه شهر پس از بازسازی دوباره باز شد",
     "کتابخانه بزرگ شهر پس از دو سال بازسازی صبح دیروز دوباره باز شد و صدها نفر از خوانندگان به آنجا آمدند.",
     "مدیر کتابخانه گفت که سالن تازه‌ای برای کودکان ساخته شده و شمار کتاب‌ها به صد هزار رسیده است.",
     "به گفته او، ورود به کتابخانه تا پایان ماه برای همه رایگان خواهد بود."),
    ("ur", "پہاڑی گاؤں میں نیا اسکول کھل گیا، بچوں میں خوشی",
     "پہاڑی گاؤں میں برسوں کے انتظار کے بعد نیا اسکول کھل گیا ہے، جہاں پہلے دن دو سو بچوں نے داخلہ لیا۔",
     "گاؤں کے بزرگوں کا کہنا ہے کہ اب بچوں کو پڑھنے کے لیے دریا پار نہیں جانا پڑے گا۔",
     "محکمہ تعلیم کے مطابق اگلے سال اسی علاقے میں دو اور اسکول بنائے جائیں گے۔"),
    ("hi", "नदी किनारे नई सब्ज़ी मंडी का उद्घाटन",
     "नदी किनारे बनी नई सब्ज़ी मंडी का आज सुबह उद्घाटन हुआ, जिसमें आसपास के चालीस गाँवों के किसान शामिल हुए।",
     "मंडी समिति ने बताया कि यहाँ ठंडे गोदाम भी बनाए गए हैं, ताकि फसल कई दिनों तक सुरक्षित रहे।",
     "किसानों ने कहा कि अब उन्हें अपनी उपज बेचने के लिए शहर तक नहीं जाना पड़ेगा।"),
    ("zh", "河畔新图书馆周三开放，首日迎来三千名读者",
     "位于河畔的新图书馆于周三正式开放，首日就迎来三千多名读者，其中不少是带着孩子来的家长。",
     "馆长介绍说，新馆共有藏书二十万册，并设有供老年人使用的大字阅读区和安静的自习室。",
     "市政府表示，今年年底以前，图书馆将延长开放时间，周末也不休息。"),
    ("en", 'Ferry line to the islands returns, "open, at last"',
     'The ferry to the outer islands sailed again this morning; its captain called the line "open, at last" & waved.',
     "Islanders had waited four years for the service, which was cut after the old pier, built in 1931, gave way.",
     "Tickets cost half of what they did, and children travel free until the end of the summer holidays."),
    ("en", "Town council votes to keep the night bus",
     "The town council voted by nine to six to keep the night bus, after a debate that lasted until midnight.",
     "Hospital workers had told the council that they could not reach the early shift without it.",
     "The mayor's office will report in a year on how many people use the line, and what each trip costs."),
    ("es", "El mercado de la plaza reabre tras la gran inundación",
     "El mercado de la plaza reabrió este martes sus puertas, once meses después de la inundación que lo dañó.",
     "Los vendedores contaron que el agua llegó a los dos metros; hoy, dijeron, «todo huele a pan y a fruta».",
     "La alcaldesa anunció que se levantará un muro junto al río antes de la próxima temporada de lluvias."),
    ("ru", "Старая мельница у реки станет музеем хлеба",
     "Старая мельница у реки, простоявшая пустой двадцать лет, станет музеем хлеба, сообщили в городском совете.",
     "Механизмы обещают починить к весне, и тогда посетители смогут сами смолоть зерно и испечь булку.",
     "Жители собрали на ремонт почти половину денег; остальное добавит область."),
    ("de", "Bürger eröffnen Werkstatt für alte Fahrräder",
     "In der früheren Bäckerei haben Bürger eine Werkstatt eröffnet, in der jeder sein Fahrrad selbst reparieren kann.",
     "Werkzeug und Öl werden gestellt; wer nicht weiterweiß, fragt eine der zwölf ehrenamtlichen Mechanikerinnen.",
     "Die Stadt übernimmt die Miete für das erste Jahr, danach soll sich der Verein selbst tragen."),
)  # fmt: skip
_FIRST = datetime(2024, 7, 14, 9, 5, tzinfo=UTC)
_APART = timedelta(days=1, hours=1, minutes=7)


def _story(place: int, written: tuple[str, ...]) -> Story:
    language, title, *paragraphs = written
    date = _FIRST + place * _APART
    return Story(place + 1, language, *_LANGUAGES[language], *_OUTLETS[language], date, title, tuple(paragraphs))


STORIES: Sequence[Story] = tuple(_story(place, written) for place, written in enumerate(_WRITTEN))
"""The articles, in the order of their dates: from 14 July 2024 on, a day and 67 minutes apart."""
