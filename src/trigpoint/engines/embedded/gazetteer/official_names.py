"""Names of countries besides those of CLDR: short forms, and official long forms."""

# ruff: noqa: RUF001 (names of many languages)

NAMES = """
AD: Principality of Andorra, Principat d'Andorra, Principado de Andorra, Principauté d'Andorre, Fürstentum Andorra
AE: UAE, U.A.E., VAE, V.A.E., Emirates, الإمارات, 阿联酋, 阿聯酋
AR: Argentine Republic, República Argentina
AT: Republik Österreich, Republic of Austria
AU: Commonwealth of Australia
BA: Bosnia, Bosnia and Herzegovina, Bosnia-Herzegovina, BiH, Bosnien, Bosnie, Bosna, Босния, Bosnien-Herzegowina
BE: Royaume de Belgique, Koninkrijk België, Kingdom of Belgium
BG: Republic of Bulgaria
BN: Brunei Darussalam
BO: Plurinational State of Bolivia, Estado Plurinacional de Bolivia
BR: República Federativa do Brasil, Federative Republic of Brazil
BY: Республика Беларусь, Белоруссия, Republic of Belarus, Byelorussia, Belorussia, Weißrussland, Wit-Rusland, Hviderusland, Hviterussland, Vitryssland
CC: Cocos Islands
CD: DR Congo, D.R. Congo, DRC, D.R.C., RDC, R.D.C., RD Congo, Zaire, Democratic Republic of the Congo, Democratic Republic of Congo, République démocratique du Congo, Demokratische Republik Kongo, ДР Конго, ДРК, RD del Congo, Repubblica Democratica del Congo
CF: Central African Rep.
CG: Republic of the Congo, Republic of Congo, République du Congo, Republik Kongo
CH: Suisse, Svizzera, Swiss Confederation, Schweizerische Eidgenossenschaft, Confédération suisse, Confoederatio Helvetica
CI: Ivory Coast, Elfenbeinküste, Elfenbenskusten, Costa de Marfil, Берег Слоновой Кости
CL: Republic of Chile, República de Chile
CN: PRC, P.R.C., P.R. China, PR China, People's Republic of China, Volksrepublik China, 中华人民共和国, 中華人民共和國, КНР
CO: Republic of Colombia, República de Colombia
CU: Republic of Cuba, República de Cuba
CV: Cabo Verde
CZ: Czech Republic, Česká republika, Tschechische Republik, République tchèque, República Checa, Repubblica Ceca, Tsjechische Republiek, Tjeckiska republiken, Czech Rep., Чешская Республика, Tschechei
DE: BRD, Bundesrepublik Deutschland, Federal Republic of Germany, République fédérale d'Allemagne, ФРГ
DK: Kongeriget Danmark, Kingdom of Denmark
DO: Dominican Rep., Rep. Dominicana
EE: Eesti Vabariik, Republic of Estonia
EG: Arab Republic of Egypt, Republic of Egypt
ES: Reino de España, Kingdom of Spain
FI: Republic of Finland, Suomen tasavalta, Republiken Finland, Republik Finnland
FK: Falklands, Falkland Islands, Malvinas
FR: République française, French Republic
GB: UK, U.K., Great Britain, Britain, England, Scotland, Wales, United Kingdom of Great Britain, Großbritannien, Grande-Bretagne, Northern Ireland, Inglaterra, Angleterre, Inghilterra, Engeland, Schottland, Écosse, Escocia, Scozia, Schotland, Pays de Galles, Gales, Galles, Nordirland, Англия, Шотландия, Уэльс, 英格兰, 英格蘭, イングランド, スコットランド, ウェールズ, 잉글랜드, Englanti, Skotlanti, Skottland, Szkocja, Anglie, Skotsko, İngiltere, İskoçya, Αγγλία, Σκωτία, إنجلترا, انجلترا, אנגליה, इंग्लैंड, Англія, อังกฤษ, Anglaterra, Skócia, Gran Bretaña, Gran Bretagna
GE: Republic of Georgia, Sakartvelo
GR: Hellenic Republic, Ελληνική Δημοκρατία, Hellas, Ellada
HK: Hong Kong, Hongkong, Hong Kong SAR, 香港, Гонконг, 홍콩
HR: Republic of Croatia, Republika Hrvatska
ID: Republic of Indonesia, Republik Indonesia
IE: Republic of Ireland, Éire, Eire, Republik Irland
IL: State of Israel
IN: Republic of India, Bharat
IR: Islamic Republic of Iran, Persia
IS: Republic of Iceland
IT: Repubblica Italiana, Italian Republic
JP: Nippon, 日本国
KE: Republic of Kenya
KG: Kyrgyz Republic, Kirgisien
KH: Kingdom of Cambodia, Kampuchea
KP: DPRK, D.P.R.K., DPR Korea, Democratic People's Republic of Korea, Северная Корея
KR: Korea, Republic of Korea, 대한민국, 大韓民国, Rep. of Korea, ROK, R.O.K., S. Korea, 한국, Южная Корея, Корея, Corée, Corea, 南韩
KZ: Республика Казахстан, Republic of Kazakhstan
LA: Lao PDR, Lao P.D.R., Lao People's Democratic Republic
LI: FL, Fürstentum Liechtenstein, Principality of Liechtenstein, Principauté de Liechtenstein
LK: Ceylon
LT: Republic of Lithuania, Lietuvos Respublika
LU: Grand-Duché de Luxembourg, Grand Duchy of Luxembourg, Großherzogtum Luxemburg
LV: Republic of Latvia, Latvijas Republika
MC: Principality of Monaco, Principauté de Monaco, Fürstentum Monaco, Principato di Monaco
MD: Republic of Moldova, Moldavia, Moldawien, Moldavie, Молдавия, Moldau
MK: Macedonia, FYROM, F.Y.R.O.M., FYR Macedonia, Republic of North Macedonia, Mazedonien, Makedonien, Macédoine, Macedônia, Македонија, Македония, Północna Macedonia
MM: Burma, Birma, Birmanie, Birmania, Бирма, ビルマ, 버마, Мьянма
MO: Macao, Macau, Macau SAR, 澳門, 澳门, マカオ, 마카오, Макао
MX: Estados Unidos Mexicanos, Méjico
NG: Federal Republic of Nigeria
NL: Holland, Koninkrijk der Nederlanden, Kingdom of the Netherlands, Hollande, Holanda, Olanda, Голландия, The Netherlands, Hollanti
NO: Kingdom of Norway, Kongeriket Norge, Kongeriket Noreg, Königreich Norwegen, Noreg
NZ: Aotearoa, N.Z.
PE: Republic of Peru, República del Perú
PG: PNG, P.N.G.
PH: Pilipinas, Republic of the Philippines
PK: Islamic Republic of Pakistan
PL: Rzeczpospolita Polska, Republic of Poland
PS: Palestine, State of Palestine, Palästina, Palestina, Палестина, Palestinian Territory, فلسطين, פלסטין, Palestyna
PT: República Portuguesa, Portuguese Republic
RS: Republic of Serbia
RU: Russian Federation, Российская Федерация, РФ, Rossiya, Russische Föderation, Fédération de Russie, Federación de Rusia
SA: KSA, K.S.A., Kingdom of Saudi Arabia, السعودية
SE: Konungariket Sverige, Kingdom of Sweden
SG: Republic of Singapore
SI: Republic of Slovenia
SK: Slovak Republic, Slovenská republika
SY: Syrian Arab Republic
SZ: Swaziland, Swasiland, Suazilandia
TH: Kingdom of Thailand
TL: East Timor, Osttimor, Timor Oriental
TM: Туркмения, Turkmenien
TR: Republic of Turkey, Republic of Türkiye, Türkiye Cumhuriyeti, Turkey, 터키
TW: R.O.C., Republic of China, ROC, 中華民國, 中华民国, 臺灣, 타이완
TZ: United Republic of Tanzania
UA: РОУ, Україна
US: USA, U.S.A., U.S., United States of America, America, EE.UU., EEUU, EUA, E.U.A., É.-U., Estados Unidos de América, États-Unis d'Amérique, Vereinigte Staaten von Amerika, Stati Uniti d'America, VS, VSA, США, Соединённые Штаты Америки, Amerika, Америка, アメリカ, 米国, Förenta staterna, Αμερική, ΗΠΑ, أمريكا, ארה״ב, อเมริกา, ABD, AEÁ, Amerikai Egyesült Államok
UZ: Republic of Uzbekistan
VA: Holy See, Città del Vaticano, Vatican, Vatikan, Vaticano
VC: Saint Vincent and the Grenadines
VE: Bolivarian Republic of Venezuela, República Bolivariana de Venezuela
VG: BVI
VI: US Virgin Islands, USVI
VN: Viet Nam
ZA: RSA, Republic of South Africa, R.S.A., ЮАР
"""

_OFFICIAL: dict[str, tuple[str, ...]] = {
    code: tuple(name.strip() for name in names.split(","))
    for code, _, names in (line.partition(": ") for line in NAMES.strip().split("\n"))
}


def official_names(country_code: str) -> tuple[str, ...]:
    """Return further names of a country, by its ISO 3166-1 alpha-2 code; empty for most."""
    return _OFFICIAL.get(country_code, ())
