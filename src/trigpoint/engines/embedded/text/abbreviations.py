"""Words of addresses that people write in several ways, each brought to one short form."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

# The short form stands first. One short form may stand for several words: "st" is Street, Saint and Sankt.
GROUPS = """
st street saint sainte ste sankt sint san santa santo
str strasse straat strada
av ave aven avenue avenida avda avinguda avgda
bd blvd bvd boul bul boulevard bulevar bulvar bulvard
rd road
dr drive doctor doktor
ln lane
ct court
cir circle
sq square
ter terr terrace terrasse
hwy highway
pkwy parkway pky
expy expressway
fwy freeway
tpke turnpike
rte rt route
pl place platz plaza placa plac pza plz
pzza piazza
cres crescent
gdns gardens
gr grove
hts heights
mt mount
ft fort
ctr center centre
bldg building
brg bridge
xing crossing
aly alley
jct junction
ch chem chemin
all allee
imp impasse
fbg faubourg fg
pass passage
qu quai
cl calle
cr carrer
ctra carretera crta
ps pg pso paseo passeig
cso corso
vle viale
lgo largo
tv travessa
rua rue
ul ulitsa ulica ulice
pr prospekt pr-t prosp
per pereulok
przd proezd
sh shosse
nab naberezhnaya
al aleja aleje aleea
os osiedle
cad cadde caddesi
sok sokak sk sokagi
mah mahalle mahallesi
n north norte nord
s south sud sur
e east este est
w west ouest oeste
ne northeast
nw northwest
se southeast
sw southwest
jr junior
univ university universitat universite universidad
hosp hospital
hbf hauptbahnhof
bhf bahnhof
intl international
natl national
1st first
2nd second
3rd third
4th fourth
5th fifth
6th sixth
7th seventh
8th eighth
9th ninth
10th tenth
11th eleventh
12th twelfth
ул улица
пр просп проспект
пер переулок
пл площадь
туп тупик
мкр микрорайон
бул бульвар
ш шоссе
наб набережная
прзд проезд
"""

SHORT: dict[str, str] = {}
for _line in GROUPS.split("\n"):
    _words = _line.split()
    for _word in _words:
        SHORT.setdefault(_word, _words[0])

# Endings of compound street names, "Bahnhofstrasse" and "Bahnhofstr." being one word.
ENDINGS = (
    ("strasse", "str", 2),
    ("strassen", "str", 2),
    ("straat", "str", 2),
    ("platz", "pl", 2),
    ("gatan", "g", 4),
    ("gata", "g", 4),
    ("gate", "g", 4),
    ("katu", "k", 4),
)
"""Each with its short form, and the fewest letters that must stand before it."""

LONG: dict[str, tuple[str, ...]] = {}
for _long, _short in SHORT.items():
    if _long != _short and len(_long) > 3:
        LONG[_short] = (*LONG.get(_short, ()), _long)

LIGHT = frozenset(
    [
        "the",
        "of",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "delle",
        "dei",
        "degli",
        "el",
        "los",
        "las",
        "and",
        "und",
        "et",
        "y",
        "e",
        "i",
        "en",
        "in",
        "im",
        "am",
        "an",
        "a",
        "au",
        "aux",
        "l",
        "d",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "zu",
        "zum",
        "zur",
        "von",
        "van",
        "vom",
        "near",
        "at",
        "on",
        "by",
        "bei",
        "sur",
        "stadt",
        "gemeinde",
        "ville",
        "ciudad",
        "commune",
        "comune",
        "kommune",
        "kommun",
        "gorod",
        "г",
        "гор",
        "город",
        "обл",
        "область",
        "р-н",
        "район",
        "пос",
        "поселок",
        "респ",
    ]
)
"""Words that carry little: they help when they match and cost little when they do not."""

UNIT_WORDS = frozenset(
    [
        "apt",
        "apartment",
        "unit",
        "suite",
        "ste",
        "floor",
        "flr",
        "fl",
        "flat",
        "room",
        "rm",
        "bldg",
        "building",
        "level",
        "lvl",
        "door",
        "etage",
        "stock",
        "whg",
        "wohnung",
        "top",
        "appt",
        "appartement",
        "piso",
        "planta",
        "puerta",
        "bureau",
        "lot",
        "kv",
        "kvartira",
        "этаж",
        "кв",
        "квартира",
        "floors",
        "levels",
        "stockwerk",
        "og",
        "krs",
        "kerros",
        "as",
        "asunto",
        "porras",
        "rappu",
        "vaning",
        "verdieping",
        "piano",
        "interno",
        "pis",
        "emelet",
        "patro",
        "pietro",
        "lh",
        "mailstop",
        "ms",
        "premises",
        "shop",
        "store",
        "escalera",
        "esc",
        "apto",
        "local",
        "bat",
        "batiment",
        "oficina",
        "office",
        "офис",
        "оф",
        "пом",
        "помещение",
        "подъезд",
        "кабинет",
        "huoneisto",
        "liikehuoneisto",
        "leil",
        "leilighet",
        "lagenhet",
        "lgh",
        "byt",
        "m",
        "lok",
        "lokal",
        "tur",
        "tür",
        "stiege",
        "stg",
        "etj",
        "esca",
        "suíte",
        "sala",
    ]
)
"""Words before the number of a flat, a floor or a room, which an address on the ground does not need."""

FLOOR_WORDS = frozenset(
    [
        "floor", "fl", "level", "etage", "stock", "stockwerk", "og", "krs", "kerros", "vaning", "verdieping", "piano",
        "piso", "planta", "pis", "emelet", "patro", "pietro", "этаж",
    ]
)  # fmt: skip
"""Words for a floor, before which its number may stand as well: "2. krs", "3e étage"."""

NUMBER_WORDS = frozenset(
    [
        "no",
        "nr",
        "num",
        "number",
        "numero",
        "nro",
        "hausnummer",
        "dom",
        "д",
        "дом",
        "в",
        "вл",
        "владение",
        "km",
        "pk",
        "км",
    ]
)
"""Words before a house number."""
