"""Names of months and days of the week, in the languages whose written dates are read."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# A language a line or two: the names of the months from January to December, with "/" between the forms of one month
# "_" for a space, and "-" for none. Forms are those in a date (often the genitive), alone, and usual abbreviations.
# No name means two months in these languages; Croatian "listopada", October and not November, is left out.
_MONTHS = """
january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct
 november/nov december/dec
janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août septembre octobre novembre décembre/déc
enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic
janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro/set outubro/out novembro
 dezembro/dez
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
januar/jänner februar/feber märz/mär/mrz april mai juni juli august september oktober/okt november dezember
gennaio/gen febbraio/febbr marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett ottobre/ott novembre
 dicembre
januari februari maart/mrt april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj/mai juni juli august september oktober november desember/des
tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu toukokuuta/toukokuu
 kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu lokakuuta/lokakuu marraskuuta/marraskuu
 joulukuuta/joulukuu
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze
 lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź listopada/listopad/lis
 grudnia/grudzień/gru
ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září
 října/říjen listopadu/listopad prosince/prosinec
januára/január februára/február marca/marec apríla/apríl mája/máj júna/jún júla/júl augusta/august septembra/september
 októbra/október novembra/november decembra/december
január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus szeptember/szept október
 november december
ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noi decembrie
ιανουαρίου/ιανουάριος/ιαν φεβρουαρίου/φεβρουάριος/φεβ μαρτίου/μάρτιος/μαρ απριλίου/απρίλιος/απρ μαΐου/μάιος/μαι
 ιουνίου/ιούνιος/ιουν ιουλίου/ιούλιος/ιουλ αυγούστου/αύγουστος/αυγ σεπτεμβρίου/σεπτέμβριος/σεπ/σεπτ
 οκτωβρίου/οκτώβριος/οκτ νοεμβρίου/νοέμβριος/νοε δεκεμβρίου/δεκέμβριος/δεκ
января/январь/янв февраля/февраль/фев/февр марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн июля/июль/июл
 августа/август/авг сентября/сентябрь/сен/сент октября/октябрь/окт ноября/ноябрь/ноя/нояб декабря/декабрь/дек
січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/квіт травня/травень/трав червня/червень/черв
 липня/липень/лип серпня/серпень/серп вересня/вересень/вер жовтня/жовтень/жовт листопада/листопад/лист
 грудня/грудень/груд
януари февруари март април май юни юли август септември октомври ноември декември
siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj
 kolovoza/kolovoz rujna/rujan - studenoga/studenog/studeni prosinca/prosinac
januar/januarja februar/februarja marec/marca april/aprila maj/maja junij/junija julij/julija avgust/avgusta
 september/septembra oktober/oktobra november/novembra december/decembra
janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
jan februar mart april maj jun jul avgust septembar oktobar novembar decembar
јануар фебруар март април мај јун јул август септембар октобар новембар децембар
ocak/oca şubat/şub mart nisan/nis mayıs/may haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara
yanvar fevral mart aprel may iyun iyul avqust/avgust sentyabr/sentabr oktyabr/oktabr noyabr dekabr
იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი
հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի
қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
januari februari/pebruari maret april mei juni juli agustus/agu/agt september oktober november/nopember desember
januari februari mac april mei jun julai ogos september oktober november disember/dis
januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre
يناير فبراير مارس أبريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانون_الثاني/كانون_ثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول/تشرين_أول تشرين_الثاني/تشرين_ثاني
 كانون_الأول/كانون_أول
جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر
ژانویه فوریه مارس آوریل مه/می ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر
جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
کانوونی_دووەم/کانوونی_دووەمی شوبات/شوباتی ئازار/ئازاری نیسان/نیسانی ئایار/ئایاری حوزەیران/حوزەیرانی
 تەمووز/تەمووزی/تەممووز/تەممووزی/تەموز/تەموزی ئاب/ئابی ئەیلوول/ئەیلوولی تشرینی_یەکەم/تشرینی_یەکەمی
 تشرینی_دووەم/تشرینی_دووەمی کانوونی_یەکەم/کانوونی_یەکەمی
çile/çileya/çileyê sibat/sibatê/sibata adar/adarê/adara nîsan/nîsanê/nîsana gulan/gulanê/gulana
 hezîran/hezîranê/hezîrana tîrmeh/tîrmehê/tîrmeha tebax/tebaxê/tebaxa îlon/îlonê/îlona cotmeh/cotmehê/cotmeha
 mijdar/mijdarê/mijdara kanûn/kanûnê/kanûna
ጃንዩወሪ ፌብሩወሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር
ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
בינואר בפברואר במרץ/במרס באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर
জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/অগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై/జూలై ఆగస్టు/ఆగస్ట్ సెప్టెంబర్/సెప్టెంబరు అక్టోబర్/అక్టోబరు నవంబర్/నవంబరు
 డిసెంబర్/డిసెంబరు
มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค สิงหาคม/ส.ค กันยายน/ก.ย
 ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค
"""
# The days of the week in the same form, from Monday to Sunday.
_WEEKDAYS = """
monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun
lundi/lun mardi/mar mercredi/mer jeudi/jeu vendredi/ven samedi/sam dimanche/dim
lunes martes miércoles/mié/miérc jueves/jue viernes/vie sábado/sáb domingo/dom
segunda-feira/segunda/seg terça-feira/terça/ter quarta-feira/quarta/qua quinta-feira/quinta/qui sexta-feira/sexta/sex
 sábado domingo
dilluns dimarts dimecres dijous divendres dissabte diumenge
montag/mo dienstag/di mittwoch/mi donnerstag/do freitag/fr samstag/sonnabend/sa sonntag/so
lunedì martedì mercoledì/mer giovedì/gio venerdì sabato/sab domenica
maandag/ma dinsdag woensdag/wo donderdag vrijdag/vr zaterdag/za zondag/zo
måndag/mån tisdag/tis onsdag/ons torsdag/tors fredag/fre lördag/lör söndag/sön
mandag tirsdag onsdag torsdag fredag lørdag søndag
maanantai/maanantaina tiistai/tiistaina keskiviikko/keskiviikkona torstai/torstaina perjantai/perjantaina
 lauantai/lauantaina sunnuntai/sunnuntaina
poniedziałek/pon wtorek/wt środa/śr czwartek/czw piątek/pt sobota/sob niedziela/niedz
pondělí úterý středa čtvrtek pátek sobota neděle
pondelok utorok streda štvrtok piatok sobota nedeľa
hétfő kedd szerda csütörtök péntek szombat vasárnap
ponedjeljak utorak srijeda četvrtak petak subota nedjelja
ponedeljek torek sreda četrtek petek sobota nedelja
ponedeljak utorak sreda četvrtak petak subota nedelja
mánudagur þriðjudagur miðvikudagur fimmtudagur föstudagur laugardagur sunnudagur
e_hënë e_martë e_mërkurë e_enjte e_premte e_shtunë e_diel
luni marți miercuri joi vineri sâmbătă duminică
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
понедельник/пн вторник/вт среда/среду/ср четверг/чт пятница/пятницу/пт суббота/субботу/сб воскресенье/вс
понеділок вівторок середа/середу четвер пʼятниця/п'ятниця субота неділя
понеделник вторник сряда четвъртък петък събота неделя
pazartesi salı çarşamba perşembe cuma cumartesi pazar
bazar_ertəsi çərşənbə_axşamı çərşənbə cümə_axşamı cümə şənbə bazar
jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili
ორშაბათი სამშაბათი ოთხშაბათი ხუთშაბათი პარასკევი შაბათი კვირა
երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի
senin/sen selasa/sel rabu/rab kamis/kam jumat/jum'at/jum sabtu/sab minggu/min
isnin selasa rabu khamis jumaat sabtu ahad
thứ_hai/thứ_2 thứ_ba/thứ_3 thứ_tư/thứ_4 thứ_năm/thứ_5 thứ_sáu/thứ_6 thứ_bảy/thứ_7 chủ_nhật
الاثنين/الإثنين الثلاثاء الأربعاء/الاربعاء الخميس الجمعة السبت الأحد
دوشنبه/دو_شنبه سه_شنبه/سهشنبه چهارشنبه/چهار_شنبه پنجشنبه/پنج_شنبه جمعه شنبه یکشنبه/یک_شنبه
پیر/سوموار منگل بدھ جمعرات جمعہ ہفتہ اتوار
שני/ב׳ שלישי/ג׳ רביעי/ד׳ חמישי/ה׳ שישי/ו׳ שבת ראשון/א׳
सोमवार मंगलवार बुधवार गुरुवार/बृहस्पतिवार शुक्रवार शनिवार रविवार
সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার রবিবার/রোববার
திங்கள் செவ்வாய் புதன் வியாழன் வெள்ளி சனி ஞாயிறு
วันจันทร์/วันจันทร์ที่ วันอังคาร/วันอังคารที่ วันพุธ/วันพุธที่ วันพฤหัสบดี/วันพฤหัสบดีที่ วันศุกร์/วันศุกร์ที่
 วันเสาร์/วันเสาร์ที่ วันอาทิตย์/วันอาทิตย์ที่
星期一/周一/週一/月/月曜日/월/월요일 星期二/周二/週二/火/火曜日/화/화요일 星期三/周三/週三/水/水曜日/수/수요일
 星期四/周四/週四/木/木曜日/목/목요일 星期五/周五/週五/金/金曜日/금/금요일 星期六/周六/週六/土/土曜日/토/토요일
 星期日/星期天/周日/週日/日/日曜日/일/일요일
"""
# Letters that one keyboard has for another's, the Arabic comma, the minus sign; "ـ" only stretches a word.
_ALIKE = str.maketrans({"ı": "i", "ى": "ي", "ی": "ي", "ک": "ك", "،": ",", "、": ",", "−": "-", "_": " ", "ـ": None})
_BESIDE = " ,.;:|·•-–—"
"""What may stand between a day of the week and a date."""


@cache
def months() -> dict[str, int]:
    """The number, 1 to 12, of each name of a month, folded with :func:`fold`."""
    return numbered(_MONTHS, 1)


@cache
def weekdays() -> dict[str, int]:
    """The number, 0 for Monday to 6, of each name of a day of the week, folded with :func:`fold`."""
    return numbered(_WEEKDAYS, 0)


def weekday_of(text: str) -> int | None:
    """The number of the first day of the week in folded ``text``; None without one."""
    match = _weekday().search(text)
    return weekdays()[match[1]] if match else None


def without_first_weekday(text: str) -> str:
    """Folded ``text`` without a day of the week at its start."""
    return text[match.end() :].lstrip(_BESIDE) if (match := _weekday().match(text)) else text


def without_weekdays(text: str) -> str:
    """Folded ``text`` without days of the week; a name that is also that of a month, as "mar", stays."""
    return _weekday().sub(lambda match: match[0] if match[1] in months() else " ", text).strip(_BESIDE)


@cache
def _weekday() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, weekdays()), key=len, reverse=True))
    return re.compile(rf"\(?(?<!\w)({names})(?!\w)\.?\)?")


def numbered(table: str, start: int) -> dict[str, int]:
    """The number of each folded name in a table that has a language a line, and in it a place for each number."""
    lines = table.replace("\n ", " ").strip().splitlines()
    places = (place for line in lines for place in enumerate(line.split(), start))
    return {fold(name): number for number, names in places for name in names.split("/") if name != "-"}


def fold(text: str) -> str:
    """Fold a name for comparison: no letter case, no marks on letters, words one space apart, ASCII digits.

    Vowels that Indic and Thai writing puts above or below a letter stay: they are no marks, and tell months apart.
    """
    if text.isascii():
        return " ".join(text.casefold().replace("_", " ").split())
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", plain(bare.casefold().translate(_ALIKE))).split())


def plain(text: str) -> str:
    """Replace the digits of every system by ASCII digits, and drop direction marks."""
    return "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit)
        for letter in text
        if unicodedata.category(letter) != "Cf"
    )
