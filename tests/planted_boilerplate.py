"""Two hundred invented articles of five outlets, in which it is known which lines are boilerplate."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sada.indexes.article import Article

BOILERPLATE = {
    "Harbour Ledger": (
        "Subscribe to our morning newsletter and get the ten stories that matter before breakfast",
        "Follow the Harbour Ledger on every network, and tell us what we missed today",
        "Write to the newsroom at desk@harbour-ledger.example or call the night editor",
        "Share",
        "© 2024 Harbour Ledger Publishing. No part of this page may be copied without leave",
    ),
    "صدى الميناء": (
        "تابعونا على منصات التواصل الاجتماعي ليصلكم كل جديد من صدى الميناء",
        "اشترك في نشرتنا البريدية اليومية لتصلك أهم الأخبار قبل غيرك كل صباح",
        "الآراء المنشورة لا تعبر بالضرورة عن رأي الصحيفة وإنما عن رأي كاتبها وحده",
        "حمّل تطبيق صدى الميناء على هاتفك الآن من المتجر مجاناً وبلا إعلانات",
        "جميع الحقوق محفوظة لصدى الميناء ولا يجوز النقل إلا بإذن مكتوب",
    ),
    "Le Rivage": (
        "Écoutez cet article en version audio, lu par nos journalistes de la rédaction du Rivage",
        "Recevez chaque matin notre lettre d'information et les enquêtes de la semaine en avant-première",
        "Suivez Le Rivage sur tous les réseaux, et abonnez-vous à notre chaîne pour les vidéos",
        "Partager cet article",
        "Tous droits réservés. La reproduction, même partielle, est interdite sans accord écrit de l'éditeur",
    ),
    "Kıyı Gazetesi": (
        "Kıyı Gazetesi'ni sosyal medyada takip edin, gelişmelerden ilk siz haberdar olun",
        "Günlük bültenimize ücretsiz abone olun, sabahın en önemli haberleri kapınıza gelsin",
        "Yorumlarınızı okur@kiyi-gazetesi.example adresine gönderin, seçtiklerimizi yayımlayalım",
        "Bu sitedeki yazıların sorumluluğu yazarlarına aittir, gazetemizi bağlamaz ve yatırım tavsiyesi değildir",
        "Her hakkı saklıdır. İzinsiz kopyalanamaz, çoğaltılamaz ve kaynak gösterilmeden yayımlanamaz",
    ),
    "روزنامہ ساحل": (
        "تازہ ترین خبروں کے لیے روزنامہ ساحل کو فالو کریں اور گھنٹی کا نشان دبائیں",
        "ہمارا روزانہ خبرنامہ مفت حاصل کرنے کے لیے اپنا برقی پتہ درج کریں",
        "اس مضمون میں ظاہر کی گئی رائے لکھنے والے کی اپنی ہے ادارے کا متفق ہونا ضروری نہیں",
        "اپنی رائے اور تصاویر ہمیں واٹس ایپ پر بھیجیں ہم انہیں شائع کریں گے",
        "جملہ حقوق بحق روزنامہ ساحل محفوظ ہیں بلا اجازت نقل کرنا منع ہے",
    ),
}
AT_START = {"Le Rivage": 1}  # how many of an outlet's lines stand above its texts
_WORDS = {
    "Harbour Ledger": "pier ferry council budget harvest storm teacher bridge salt market engine river court vote wool"
    " mayor glass tunnel bakery orchard strike museum cattle signal valley copper school ticket garden lantern winter"
    " judge sailor tower clinic library meadow barge timber concert drought stadium candle factory island railway"
    " opened closed delayed praised refused planned counted mended sold carried painted warned promised moved",
    "صدى الميناء": "ميناء سفينة مجلس ميزانية حصاد عاصفة معلم جسر ملح سوق محرك نهر محكمة تصويت صوف عمدة زجاج نفق مخبز"
    " بستان إضراب متحف ماشية إشارة واد نحاس مدرسة تذكرة حديقة فانوس شتاء قاض بحار برج عيادة مكتبة مرج خشب حفل جفاف"
    " ملعب شمعة مصنع جزيرة قطار افتتح أغلق أجل مدح رفض خطط أحصى أصلح باع حمل رسم حذر وعد نقل",
    "Le Rivage": "quai bateau conseil budget récolte tempête maître pont sel marché moteur fleuve tribunal vote laine"
    " maire verre tunnel boulangerie verger grève musée bétail signal vallée cuivre école billet jardin lanterne hiver"
    " juge marin tour clinique bibliothèque prairie péniche bois concert sécheresse stade bougie usine île train ouvert"
    " fermé retardé loué refusé prévu compté réparé vendu porté peint averti promis déplacé",
    "Kıyı Gazetesi": "iskele vapur meclis bütçe hasat fırtına öğretmen köprü tuz çarşı motor ırmak mahkeme oylama yün"
    " başkan cam tünel fırın bahçe grev müze sığır işaret vadi bakır okul bilet park fener kış hakim denizci kule"
    " klinik kütüphane çayır mavna kereste konser kuraklık stadyum mum fabrika ada tren açıldı kapandı gecikti övdü"
    " reddetti planladı saydı onardı sattı taşıdı boyadı uyardı",
    "روزنامہ ساحل": "بندرگاہ جہاز کونسل بجٹ فصل طوفان استاد پل نمک بازار انجن دریا عدالت ووٹ اون ناظم شیشہ سرنگ نانبائی"
    " باغ ہڑتال عجائب مویشی اشارہ وادی تانبا مدرسہ ٹکٹ چمن لالٹین سردی جج ملاح مینار شفاخانہ کتابخانہ چراگاہ لکڑی محفل"
    " خشکسالی میدان شمع کارخانہ جزیرہ ریل کھولا بند مؤخر سراہا ٹھکرایا گنا بیچا اٹھایا رنگا خبردار",
}
_START = datetime(2024, 3, 1, 6, tzinfo=UTC)


@dataclass
class Planted:
    """The articles, what of each is body and what is boilerplate, and the ids of each group of true copies."""

    articles: list[Article]
    body: dict[str, list[str]]
    boilerplate: dict[str, list[str]]
    copies: list[set[str]]

    def flashes(self, source):
        """Ids of an outlet's articles that say next to nothing, and have all of its boilerplate."""
        return [one.id for one in self.articles if one.source == source and one.id.startswith("flash")]


def planted(seed: int = 7) -> Planted:
    """The corpus: of each outlet 40 articles on 20 days, each with some of its boilerplate.

    Beside articles of random words these are one report from a template, new every day, whose first and last lines
    never change; obituaries that end with the same line; an article that is sent again every day; a heading inside many
    articles; and texts that two or three outlets have in common.
    """
    made = _Maker(random.Random(seed))
    shared = [made.lines("Harbour Ledger", 3) for _ in range(6)]
    for source in BOILERPLATE:
        for number in range(8):
            made.put(source, f"flash-{number}", made.line(source, 2), [made.line(source, 4)], whole=True)
        for number in range(14):
            made.put(source, f"long-{number}", made.line(source, 5), made.lines(source, 4))
        for number, lines in enumerate(shared[:4] if source < "M" else shared[2:]):
            made.put(source, f"shared-{number + 2 * (source >= 'M')}", lines[0], lines[1:])
    for day in range(14):
        made.put("Harbour Ledger", f"market-{day}", "Wool and salt, the daily prices", made.market(day))
        made.put("Le Rivage", f"again-{day}", "Le vieux phare", ["Le phare du cap rouvre enfin après dix ans",
                 "Il avait été fermé quand la mer emporta son escalier", "Le gardien en a gardé la clef"])  # fmt: skip
        made.put("صدى الميناء", f"obituary-{day}", f"وفاة {made.line('صدى الميناء', 2)}", made.obituary(day))
        for source in ("Kıyı Gazetesi", "روزنامہ ساحل"):
            lines = made.lines(source, 4)
            made.put(source, f"heading-{day}", made.line(source, 5), [*lines[:2], "***Köşe***", *lines[2:]])
    return made.result()


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._planted = Planted([], {}, {}, [])
        self._bodies: dict[tuple[str, ...], set[str]] = {}

    def line(self, source, count):
        return " ".join(self._chance.sample(_WORDS[source].split(), count))

    def lines(self, source, count):
        return [self.line(source, self._chance.randint(9, 14)) for _ in range(count)]

    def market(self, day):
        prices = [f"{kind} was sold at {self._chance.randint(100, 999)} crowns a bale"
                  for kind in ("White wool", "Grey wool", "Rock salt")]  # fmt: skip
        return ["Prices at the noon auction were these", *prices, "All prices are those of the auction house"]

    def obituary(self, day):
        lines = self.lines("صدى الميناء", 2)
        return [f"انتقل إلى رحمة الله {lines[0]} ويقام العزاء", f"والفقيد {lines[1]}", "إنا لله وإنا إليه راجعون"]

    def put(self, source, name, title, lines, whole=False):
        at_start = AT_START.get(source, 0)
        chosen = [line for line in BOILERPLATE[source] if whole or self._chance.random() < 0.8]
        above = [line for line in chosen if line in BOILERPLATE[source][:at_start]]
        below = [line for line in chosen if line not in above]
        id_ = f"{name} {source}"
        moment = _START + timedelta(days=len(self._planted.articles) * 7 % 20, minutes=self._chance.randint(0, 600))
        self._planted.articles.append(
            Article(id_, title, "\n".join([*above, *lines, *below]), source=source, published=moment)
        )
        self._planted.body[id_], self._planted.boilerplate[id_] = list(lines), chosen
        self._bodies.setdefault((title, *lines), set()).add(id_)

    def result(self):
        self._planted.copies = [ids for ids in self._bodies.values() if len(ids) > 1]
        return self._planted
