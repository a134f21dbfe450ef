"""The names of oceans and large seas, which are in no tile set: a table with all languages, of which a style uses one."""

from collections.abc import Iterator, Mapping

from trigpoint.maps.languages import language_chain
from trigpoint.maps.style.expressions import Expression, by_zoom
from trigpoint.maps.style.palettes import Palette
from trigpoint.maps.style.pen import ITALIC, Layer, Role

SOURCE = "seas"
LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "fi", "pl", "ru", "tr", "ar", "zh", "ja", "ko"]

TABLE = """
0 -150 8, 168 -12|Pacific Ocean|Pazifischer Ozean|Océan Pacifique|Océano Pacífico|Oceano Pacifico|Oceano Pacífico|Grote Oceaan|Stilla havet|Tyynimeri|Ocean Spokojny|Тихий океан|Pasifik Okyanusu|المحيط الهادئ|太平洋|太平洋|태평양
0 -38 27, -15 -28|Atlantic Ocean|Atlantischer Ozean|Océan Atlantique|Océano Atlántico|Oceano Atlantico|Oceano Atlântico|Atlantische Oceaan|Atlanten|Atlantin valtameri|Ocean Atlantycki|Атлантический океан|Atlas Okyanusu|المحيط الأطلسي|大西洋|大西洋|대서양
0 78 -22|Indian Ocean|Indischer Ozean|Océan Indien|Océano Índico|Oceano Indiano|Oceano Índico|Indische Oceaan|Indiska oceanen|Intian valtameri|Ocean Indyjski|Индийский океан|Hint Okyanusu|المحيط الهندي|印度洋|インド洋|인도양
1 -165 79, 5 82|Arctic Ocean|Arktischer Ozean|Océan Arctique|Océano Ártico|Mar Glaciale Artico|Oceano Ártico|Noordelijke IJszee|Norra ishavet|Jäämeri|Ocean Arktyczny|Северный Ледовитый океан|Arktik Okyanusu|المحيط المتجمد الشمالي|北冰洋|北極海|북극해
1 20 -63, -120 -65|Southern Ocean|Südlicher Ozean|Océan Austral|Océano Antártico|Oceano Antartico|Oceano Antártico|Zuidelijke Oceaan|Södra ishavet|Eteläinen jäämeri|Ocean Południowy|Южный океан|Güney Okyanusu|المحيط الجنوبي|南冰洋|南極海|남극해
3 18.5 34.6|Mediterranean Sea|Mittelmeer|Mer Méditerranée|Mar Mediterráneo|Mar Mediterraneo|Mar Mediterrâneo|Middellandse Zee|Medelhavet|Välimeri|Morze Śródziemne|Средиземное море|Akdeniz|البحر الأبيض المتوسط|地中海|地中海|지중해
4 34.4 43.3|Black Sea|Schwarzes Meer|Mer Noire|Mar Negro|Mar Nero|Mar Negro|Zwarte Zee|Svarta havet|Mustameri|Morze Czarne|Чёрное море|Karadeniz|البحر الأسود|黑海|黒海|흑해
4 19.4 56.9|Baltic Sea|Ostsee|Mer Baltique|Mar Báltico|Mar Baltico|Mar Báltico|Oostzee|Östersjön|Itämeri|Morze Bałtyckie|Балтийское море|Baltık Denizi|بحر البلطيق|波罗的海|バルト海|발트해
4 2.9 56.6|North Sea|Nordsee|Mer du Nord|Mar del Norte|Mare del Nord|Mar do Norte|Noordzee|Nordsjön|Pohjanmeri|Morze Północne|Северное море|Kuzey Denizi|بحر الشمال|北海|北海|북해
3 2 67.5|Norwegian Sea|Europäisches Nordmeer|Mer de Norvège|Mar de Noruega|Mare di Norvegia|Mar da Noruega|Noorse Zee|Norska havet|Norjanmeri|Morze Norweskie|Норвежское море|Norveç Denizi|بحر النرويج|挪威海|ノルウェー海|노르웨이해
3 40 74.5|Barents Sea|Barentssee|Mer de Barents|Mar de Barents|Mare di Barents|Mar de Barents|Barentszzee|Barents hav|Barentsinmeri|Morze Barentsa|Баренцево море|Barents Denizi|بحر بارنتس|巴伦支海|バレンツ海|바렌츠해
3 -75 14.8|Caribbean Sea|Karibisches Meer|Mer des Caraïbes|Mar Caribe|Mar dei Caraibi|Mar do Caribe|Caribische Zee|Karibiska havet|Karibianmeri|Morze Karaibskie|Карибское море|Karayip Denizi|البحر الكاريبي|加勒比海|カリブ海|카리브해
4 37.8 20.6|Red Sea|Rotes Meer|Mer Rouge|Mar Rojo|Mar Rosso|Mar Vermelho|Rode Zee|Röda havet|Punainenmeri|Morze Czerwone|Красное море|Kızıldeniz|البحر الأحمر|红海|紅海|홍해
3 64 15.5|Arabian Sea|Arabisches Meer|Mer d’Arabie|Mar Arábigo|Mar Arabico|Mar Arábico|Arabische Zee|Arabiska havet|Arabianmeri|Morze Arabskie|Аравийское море|Umman Denizi|بحر العرب|阿拉伯海|アラビア海|아라비아해
3 88.3 14.5|Bay of Bengal|Golf von Bengalen|Golfe du Bengale|Golfo de Bengala|Golfo del Bengala|Golfo de Bengala|Golf van Bengalen|Bengaliska viken|Bengalinlahti|Zatoka Bengalska|Бенгальский залив|Bengal Körfezi|خليج البنغال|孟加拉湾|ベンガル湾|벵골만
4 50.6 41.8|Caspian Sea|Kaspisches Meer|Mer Caspienne|Mar Caspio|Mar Caspio|Mar Cáspio|Kaspische Zee|Kaspiska havet|Kaspianmeri|Morze Kaspijskie|Каспийское море|Hazar Denizi|بحر قزوين|里海|カスピ海|카스피해
3 -178 57.8|Bering Sea|Beringmeer|Mer de Béring|Mar de Bering|Mare di Bering|Mar de Bering|Beringzee|Berings hav|Beringinmeri|Morze Beringa|Берингово море|Bering Denizi|بحر بيرنغ|白令海|ベーリング海|베링해
3 155.5 -17.5|Coral Sea|Korallenmeer|Mer de Corail|Mar del Coral|Mar dei Coralli|Mar de Coral|Koraalzee|Korallhavet|Korallimeri|Morze Koralowe|Коралловое море|Mercan Denizi|بحر المرجان|珊瑚海|珊瑚海|산호해
3 160.5 -38.5|Tasman Sea|Tasmansee|Mer de Tasman|Mar de Tasmania|Mar di Tasmania|Mar da Tasmânia|Tasmanzee|Tasmanska havet|Tasmaninmeri|Morze Tasmana|Тасманово море|Tasman Denizi|بحر تسمان|塔斯曼海|タスマン海|태즈먼해
3 -85.5 59.5|Hudson Bay|Hudson Bay|Baie d’Hudson|Bahía de Hudson|Baia di Hudson|Baía de Hudson|Hudsonbaai|Hudson Bay|Hudsoninlahti|Zatoka Hudsona|Гудзонов залив|Hudson Körfezi|خليج هدسون|哈德孙湾|ハドソン湾|허드슨만
3 -54 57.5|Labrador Sea|Labradorsee|Mer du Labrador|Mar del Labrador|Mare del Labrador|Mar do Labrador|Labradorzee|Labradorhavet|Labradorinmeri|Morze Labradorskie|Лабрадорское море|Labrador Denizi|بحر لابرادور|拉布拉多海|ラブラドル海|래브라도해
"""  # noqa: RUF001 -- names as their languages write them
"""Lines of the lowest zoom of a label, its positions (longitude and latitude, one or two), and the names in LANGUAGES."""


def source(language: str) -> dict[str, object]:
    """Return the names as a GeoJSON source, in the language or else in English, as an ocean has no local name."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": names[_chosen(language)], "from": first},
            "geometry": {"type": "Point", "coordinates": place},
        }
        for first, places, names in _rows()
        for place in places
    ]
    return {"type": "geojson", "data": {"type": "FeatureCollection", "features": features}}


def labels(palette: Palette) -> Layer:
    """Label oceans and seas at low zooms, oceans in larger letters."""
    ocean: Expression = ["<", ["get", "from"], 3]
    return {
        "id": "seas",
        "type": "symbol",
        "source": SOURCE,
        "maxzoom": 7,
        "metadata": {"trigpoint:role": Role.LABEL.value},
        "filter": [">=", ["zoom"], ["get", "from"]],
        "layout": {
            "text-field": ["get", "name"],
            "text-font": list(ITALIC),
            "text-size": by_zoom(0, 9, 3, ["case", ocean, 13, 10.5], 6, ["case", ocean, 18, 15]),
            "text-max-width": 5,
            "text-letter-spacing": 0.12,
            "text-line-height": 1.3,
            "symbol-sort-key": ["get", "from"],
        },
        "paint": {"text-color": palette.text_water, "text-halo-color": palette.water, "text-halo-width": 0.8},
    }


def _chosen(language: str) -> str:
    return next((tag for tag in language_chain(language) if tag in LANGUAGES), "en")


def _rows() -> Iterator[tuple[int, list[list[float]], Mapping[str, str]]]:
    for line in TABLE.split("\n"):
        if line:
            where, *names = line.split("|")
            first, _, places = where.partition(" ")
            points = [[float(part) for part in place.split()] for place in places.split(",")]
            yield int(first), points, dict(zip(LANGUAGES, names, strict=True))
