"""Languages that are written nearly alike: letters and words that tell them apart.

A short text gives the classifier little to go by. A word such as Indonesian ``karena`` (Malay ``kerana``), or a letter
such as Czech ``ř``, decides between two of them at a glance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

_WEIGHT = 2.0  # of a letter or word, as a logarithm of odds
_FLOOR = 1e-6  # least probability that a language keeps
_NEW = 1.0  # probability of a language that the classifier does not know, beside that of its relative
_WORD = re.compile(r"[^\s\d_.,;:!?()\[\]{}\"“”„«»…/|।።፣፤—–-]+")  # marks of Devanagari are part of a word

# One line for each language of a group: in brackets letters, then words, and with a hyphen their ends and beginnings. A
# letter or word may stand for several of them, and none for all.
_GROUPS = (
    """
id: memiliki lainnya tingkat bagian studi perawatan sebagian hewan kondisi penelitian terkait darurat dibandingkan
 siswa setidaknya universitas kelompok eropa wajah mengembangkan menemukan mendukung sebesar memungkinkan dampak
 diduga metode internasional layanan yakni upaya publik maupun rencana peneliti membutuhkan sulit adanya tanggal
 komunitas kasus tiongkok bahwa karena bisa mobil uang kantor polisi berbeda provinsi perusahaan pekan meski soal
 usai gubernur senin kamis jumat maret mei juni juli agustus oktober desember inggris prancis jepang spanyol italia
 selandia swedia tim pria ilmuwan informasi produksi situs resmi mau coba beda butuh bicara sepeda rusak gratis
 dokter kesehatan obat besok bandara listrik kabupaten kecamatan kota pemerintah rupiah kepolisian saat gak nggak
 kalian -itas
ms: semasa teruk kadar baharu semula disahkan perubatan berbanding berkaitan setakat kawalan terutamanya kanak
 tempoh sekurang komuniti bahagian penyelidikan makmal sebarang mencadangkan membangunkan bilangan sesetengah perkara
 kaedah eropah berkenaan antarabangsa kebangsaan bagaimanapun tempatan doktor ditemui sebahagian keperluan aktiviti
 seterusnya dibangunkan amaran ketara pegawai bahawa kerana boleh ialah mahu cuba wang hospital polis syarikat ahad
 isnin khamis jumaat mac jun julai ogos disember jepun sepanyol itali selepas manakala beliau menerusi ianya
 universiti saintis maklumat pertubuhan rasmi perkhidmatan kemudahan sahaja sekiranya kesihatan berbeza pelbagai
 kajian kes ubat esok awak encik duit faham tiada ringgit antaranya juruterbang tentera peratus rosak
""",
    """
id: yang dan dengan untuk dari ini itu tidak pada dalam adalah akan oleh mereka juga karena ada
jv: sing lan ora ing saka kanggo iki kuwi karo wong dadi wis uga luwih amarga nalika duwe
su: kanggo nalika anu jeung teu nu ku ti ka téh mah sareng henteu aya éta ieu dina pikeun nyaéta loba nepi lamun
 urang jalma
""",
    """
hr: milijuna milijun milijuni skupina skupine skupinu no tko tijekom siječnja veljače ožujka travnja svibnja lipnja
 srpnja kolovoza rujna listopada studenoga prosinca tisuća tisuće tisuću tjedan tjedna tjedni vlak zračna točno točka
 povijest povijesti sveučilište sveučilišta znanstvenik znanstvenici znanstvenika kruh kava europa europe europi
 europska europske europski europskih vijeće glazba glazbe kazalište stoljeća stoljeću uporaba uporabe poduzeće
 tvrtka tvrtke sustav sustava izvješće izvješća obitelj obitelji nitko netko svatko kemija kisik otok otoka otoci
 općenito nogomet zrakoplov zrakoplova zaslon mrkva žlica računalo računala tvornica športa opće odvjetnik mnogo ovoj
 okviru grupe također svako dio vremena reka smo moj
bs: stoljeća stoljeću otok otoka općenito mnogo tokom ranije veoma toga naročito miliona milion perioda ovoj nivo
 okviru grupe grupa historija historije historijski hiljada hiljadu hiljade sedmica sedmice tačno tačka evropa evrope
 evropi evropska kahva mehko saopćenje saopćenja saopćio također općina općine univerzitet univerziteta šta ko neko
 niko svako januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra hemija porodica
 porodice izvještaj izvještaja izvijestio uslovi takođe dio dijela historijska naučnici muzika vijek vremena video
 ostrva avgusta smo moj
sr: mnogo tokom ranije veoma toga naročito miliona milion perioda ovoj nivo okviru grupe grupa hiljada hiljadu tačno
 evropa evrope evropi evropska univerzitet univerziteta šta ko neko niko svako januara februara marta aprila maja
 juna jula septembra oktobra novembra decembra porodica porodice hiljadama takođe naučnici muzika gde ovde pre posle
 vreme vremena deca dece reka reke mleko svet sveta svetu mesto mesta lepo čovek čoveka nedelje uvek hteo video
 ostrvo ostrva vazduh saopštio saopštenje opština opštine avgusta istorija istorije vek veka deo dela izveštaj cena
 cene dve dvema pesma srećan sreća telo tela primer pa smo
sl: skupina skupine točno otok otoka glede evrope lahko ko septembra vreme reka reke svet sveta svetu mesto mesta
 nedelja leto video avgusta dela dve primer in ki pa sem kaj ni bil tudi kot če zelo sta moj tega ter bo bodo imajo
 kjer vsi nisem nima zdaj jaz njen vendar kdo kje zakaj
""",
    """
da: sig have end mellem os hvilket vand dog findes brug penge ligesom finde blive tilfælde inden ind foran flyve
 besøge altid vores tidligt såsom startede sprog sidste næsten mulighed mad gennem bruges baseret yderligere væk tæt
 svar resultat mænd længere købe kendt intet imod hendes blot begyndte bedste arbejde anden adfærd århundrede vilde
 sætning spørgsmål nyt lidt kvinder kaldes især fundet forlade fandt faldt bruge betyder ændringer vigtig trods sker
 der blevet -ede af mig dig hvad nogle noget nogen blev efter meget uge bliver siger sagde gøre måske nu op ud igen
 mod uden vejen rejse nej hedder lige regeringen børn havde hende jeres sådan dansk danske københavn kroner tage
 lavet give -hed -tion -heden -tioner -øj -øje -ej
no: hadde ha mer blitt enn bli mellom inn oss vet finne litt finnes tilbake grunn vann gjennom ulike henne veldig
 vanlig liker igjen gir aldri akkurat tillegg snakker inkludert bruke basert muligheten ganger funnet fant bruk blant
 betyr vanskelig særlig stasjonen språk slutten nytt myndigheter mulig mann lett bra alltid viktig varte uttalelse
 trenger tatt spesielt sist rett mitt lenge kvinner kalt jobb hovedstaden hennes brukt -tt -nn -pp -kk -mm -gg av meg
 deg seg hva noen noe ble etter mye uke blir sier sa gjøre nå opp ut mot uten vei veien reise høy nei kanskje norsk
 norske gikk fikk fått gått hatt eit ikkje frå dei ho nokon kva kven ein eg å ennå gjør fortsatt hjelp følge dere
 vært begynte fram ta gi tok gav laget kjøpe penger spør oslo fylke kommune -het -sjon -sjoner -heten -øy
""",
    """
cs [ěřů]: se jsem co jako při nebo který která které pro jen ještě není byl ve když také jsou další nejsem jsi jste
 jsme proč mě nic bych chci můj
sk [ľĺŕôä]: sa som čo ako pri alebo ktorý ktorá ktoré pre len ešte nie bol vo keď tiež sú ďalší ste sme prečo ma nič
 aj zo bola boli podľa iba veľmi chcem môj môže mal
""",
    """
pt [ãõ]: são mas pessoas quando aqui suas estava podem bem apenas água têm estão há embora disse dia após tudo
 muitos muitas duas sul alguns vezes tão seja já esse quase possível meio geralmente existem deveria crianças três
 trabalho melhor livro hoje família bom além quatro quanto qualquer posso pessoa não uma com em um pelo pela mais
 também isso você ele muito ainda sem quem ou tem à às as os minha meu nós foram dizer fazer governo até seu sua
 depois onde -ção -ções -lhe -lho -lha -nho -nha -gem eles foi eu é
gl: apenas pelo ou as os meu nós seu onde -nha en á dun despois ás persoas moi xeito poden nun gran así están dous
 auga obstante teñen maioría ben mulleres mentres mellor algúns tiña podo pasado debe aquí medio mañá hoxe homes non
 unha cunha dunha nunha con máis tamén iso pola polo ten moito aínda xa xente xeral goberno coa co hai ata dende ó ós
 xunto lles lle miña súa foi foron dicir facer cando quen sen un unhas uns agás nin eu é x- pero son
es: en gran así están obstante pasado debe aquí medio con un el la los las y una más también pero muy su hay hasta
 ya del al es qué cómo quién mi yo usted lo le son
""",
    """
bg [щъюяй]: от са ще като това аз той тя съм си което която който при след беше има няма какво те ние вие се по сте
 сам то да ми ви и в или й
mk [ѓќѕј]: си при беше има те ние вие од се ќе како тоа јас тој таа сум што кој која кои по нема тие сте јазик сам
 да ми ви и или мене треба
sr [јђћ]: са при има од се како што која по нема сте је сам то шта ко није да су као који које након биће ми ви али
 јер он она и из или их у треба
ru [щюяйьыэё]: от при по сам то ко они что это как он она мы вы и в из или был была было для его её их так мне меня
 есть уже только у
uk [щюяйьїєґі]: ще той при те по ми ви в для так у що це як він вона та але мене й його її їх про також був була
 було є які якщо від і з
be [юяйьыэёіў]: той няма што сам то ко да мы вы была было для так мне у як але які гэта ён яна і ў яго яе іх пра
 таксама быў ёсць калі ад з
""",
    """
tt [җөәһ]: һәм белән өчен бу дә булган да
ba [ҙҫҡғөәһ]: һәм менән өсөн был
ky [ө]: да жана менен үчүн бул болгон эмес
kk [ғөұіқ]: да және мен үшін бұл болған емес
""",
    """
xh: kwaye okanye xa apho ngoku waye kuba nokuba esithi ii- oo- emva kule
zu: ukuthi futhi noma uma lapho kanye yize njengoba ngesikhathi kusukela manje
""",
    """
az [əxq]: və ilə üçün deyil mən sən
tr: ve ile için değil ben sen
""",
    """
bn [র]:
as [ৰৱ]:
""",
    """
am: ነው ነበር ላይ ውስጥ እና ግን ናቸው ጋር እንደ ወደ ነበረ
ti [ኣቐቑቒቓቔቕቖ]: ናይ ካብ እዩ ነቲ
""",
    """
hi: है हैं का की के में से को ने पर और नहीं यह था थी थे कि हुआ वह मैं हम तुम ही होते होता होती तो या हो तथा
mr [ळ]: का की आहे आहेत आणि मध्ये नाही हे हा ही होते होता होती मी तो ती ते या व -च्या
ne: को कि मध्ये ती छ छन् हो थियो गरे भएको र लाई म हामी तिमी पनि यो त्यो तथा गर्न भने थिए -मा -को
""",
)


class _Group(NamedTuple):
    """What tells some languages apart: the languages that each letter and word speaks for; whether some are ends."""

    languages: tuple[str, ...]
    letters: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    has_ends: bool


@cache
def _groups() -> dict[str, tuple[_Group, ...]]:
    """The groups that each language is in."""
    found: dict[str, list[_Group]] = {}
    for group in map(_read, _GROUPS):
        for language in group.languages:
            found.setdefault(language, []).append(group)
    return {language: tuple(groups) for language, groups in found.items()}


def _read(lines: str) -> _Group:
    letters: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    languages = []
    for line in lines.strip().replace("\n ", " ").splitlines():
        head, listed = line.split(":")
        language, _, signs = head.partition(" ")
        languages.append(language)
        for table, keys in ((letters, signs.strip("[]")), (words, set(listed.split()))):
            for key in keys:
                table.setdefault(key, []).append(language)
    telling_letters, telling_words = (_telling(table, len(languages)) for table in (letters, words))
    has_ends = any("-" in word for word in telling_words)
    return _Group(tuple(languages), telling_letters, telling_words, has_ends)


def _telling(table: Mapping[str, list[str]], languages: int) -> dict[str, tuple[str, ...]]:
    """The entries that do not speak for all the languages of a group."""
    return {key: tuple(names) for key, names in table.items() if len(names) < languages}


def told_apart(
    text: str, language: str, certainty: float, others: Callable[[], Mapping[str, float]]
) -> tuple[str, float]:
    """The language of a text that was identified as ``language``, after a look at what tells it from its relatives.

    Args:
        text: what was identified.
        language: its ISO 639-1 code.
        certainty: its probability.
        others: gives the probability of every language.

    Returns:
        A language and its probability: ``language`` or one that is written nearly like it.
    """
    for group in _groups().get(language, ()):
        if language not in group.languages:  # an earlier group decided for one that this has not
            continue
        votes = _votes(text.lower(), group)
        if max(votes[one] for one in group.languages) > votes[language]:
            language, certainty = _weighed(group, votes, certainty, others())
    return language, certainty


def _votes(text: str, group: _Group) -> Counter[str]:
    votes: Counter[str] = Counter()
    if group.letters:
        for letter in filter(group.letters.__contains__, text):
            votes.update(group.letters[letter])
    for word in _WORD.findall(text) if group.words else ():
        told = group.words.get(word)
        if told is None and group.has_ends:
            ends = (f"-{word[-4:]}", f"-{word[-3:]}", f"-{word[-2:]}", f"{word[:2]}-")
            told = next((group.words[end] for end in ends if end in group.words), None)
        if told is not None:
            votes.update(told)
    return votes


def _weighed(group: _Group, votes: Counter[str], certainty: float, known: Mapping[str, float]) -> tuple[str, float]:
    """Bayes' rule, with the votes as evidence beside that of the classifier."""
    least = min(votes[one] for one in group.languages)
    odds = {
        one: max(known.get(one, _NEW * certainty), _FLOOR) * math.exp(_WEIGHT * (votes[one] - least))
        for one in group.languages
    }
    before = sum(known.get(one, 0.0) for one in group.languages)
    best = max(odds, key=odds.__getitem__)
    share = odds[best] / sum(odds.values())
    return best, max(before, certainty) * share
