"""Names of countries besides those of CLDR: short forms, and official long forms."""

# ruff: noqa: RUF001 (names of many languages)

NAMES = """
AD: Principality of Andorra, Principat d'Andorra, Principado de Andorra, Principauté d'Andorre, Fürstentum Andorra
AE: UAE, U.A.E.
AT: Republik Österreich, Republic of Austria
AU: Commonwealth of Australia
BE: Royaume de Belgique, Koninkrijk België, Kingdom of Belgium
BR: República Federativa do Brasil, Federative Republic of Brazil
BY: Республика Беларусь, Белоруссия, Republic of Belarus
CH: Suisse, Svizzera, Swiss Confederation, Schweizerische Eidgenossenschaft, Confédération suisse
CN: PRC, P.R.C., P.R. China, PR China, People's Republic of China, Volksrepublik China, 中华人民共和国, 中華人民共和國
CZ: Czech Republic, Česká republika
DE: BRD, Bundesrepublik Deutschland, Federal Republic of Germany, République fédérale d'Allemagne
DK: Kongeriget Danmark, Kingdom of Denmark
EE: Eesti Vabariik, Republic of Estonia
ES: Reino de España, Kingdom of Spain
FI: Republic of Finland, Suomen tasavalta, Republiken Finland, Republik Finnland
FR: République française, French Republic
GB: UK, U.K., Great Britain, Britain, England, Scotland, Wales, United Kingdom of Great Britain, Großbritannien, Grande-Bretagne
GR: Hellenic Republic, Ελληνική Δημοκρατία
IE: Republic of Ireland, Éire
IN: Republic of India, Bharat
IT: Repubblica Italiana, Italian Republic
JP: Nippon, 日本国
KR: Korea, Republic of Korea, 대한민국, 大韓民国
KZ: Республика Казахстан, Republic of Kazakhstan
LI: FL, Fürstentum Liechtenstein, Principality of Liechtenstein, Principauté de Liechtenstein
LU: Grand-Duché de Luxembourg, Grand Duchy of Luxembourg, Großherzogtum Luxemburg
MC: Principality of Monaco, Principauté de Monaco, Fürstentum Monaco, Principato di Monaco
MX: Estados Unidos Mexicanos
NL: Holland, Koninkrijk der Nederlanden, Kingdom of the Netherlands
NO: Kingdom of Norway, Kongeriket Norge, Kongeriket Noreg, Königreich Norwegen
PL: Rzeczpospolita Polska, Republic of Poland
PT: República Portuguesa, Portuguese Republic
RU: Russian Federation, Российская Федерация, РФ, Rossiya, Russische Föderation, Fédération de Russie, Federación de Rusia
SE: Konungariket Sverige, Kingdom of Sweden
SG: Republic of Singapore
SK: Slovak Republic, Slovenská republika
TR: Republic of Turkey, Republic of Türkiye, Türkiye Cumhuriyeti
TW: R.O.C., Republic of China
UA: РОУ, Україна
US: USA, U.S.A., U.S., United States of America, America, EE.UU., EEUU, EUA, E.U.A., É.-U., Estados Unidos de América, États-Unis d'Amérique, Vereinigte Staaten von Amerika, Stati Uniti d'America, VS, VSA, США, Соединённые Штаты Америки
VA: Holy See, Città del Vaticano
ZA: RSA, Republic of South Africa
"""

_OFFICIAL: dict[str, tuple[str, ...]] = {
    code: tuple(name.strip() for name in names.split(","))
    for code, _, names in (line.partition(": ") for line in NAMES.strip().split("\n"))
}


def official_names(country_code: str) -> tuple[str, ...]:
    """Return further names of a country, by its ISO 3166-1 alpha-2 code; empty for most."""
    return _OFFICIAL.get(country_code, ())
