"""Finnish words for kinds of places."""

NEARBY = "Hae lähistöltä"

WORDS = """
Airport: lentokenttä, lentoasema
AirportGate: lähtöportti
AirportTerminal: lentoterminaali
AmusementPark: huvipuisto, teemapuisto
AnimalService: eläinlääkäri, eläinlääkäriasema, eläinkoti
Aquarium: akvaario
ATM: pankkiautomaatti
AutomotiveRepair: autokorjaamo, korjaamo, rengasliike
Bakery: leipomo, konditoria
Bank: pankki
Baseball: baseball, pesäpallo
Basketball: koripallo
Beach: uimaranta, ranta
Beauty: kauneushoitola, kosmetiikka
Bowling: keilahalli, keilailu
Brewery: panimo
Cafe: kahvila, kahvi
Campground: leirintäalue, leirintä
CarRental: autovuokraamo, autonvuokraus
Castle: linna
ConventionCenter: kongressikeskus, messukeskus
Distillery: tislaamo
EVCharger: latausasema, latauspiste
Fairground: festivaalialue
FireStation: paloasema
Fishing: kalastus, kalastuspaikka
FitnessCenter: kuntosali, kuntokeskus
FoodMarket: ruokakauppa, elintarvikkeet, kauppahalli, tori
Fortress: linnoitus
GasStation: huoltoasema, bensa-asema, bensiini
GoKart: karting
Golf: golfkenttä, golf
Hiking: vaellus, retkeily, polku
Hospital: sairaala, klinikka
Hotel: hotelli, majoitus
Kayaking: melonta, kajakki
Landmark: nähtävyys, nähtävyydet, muistomerkki
Laundry: pesula
Library: kirjasto
Mailbox: postilaatikko
Marina: venesatama
MiniGolf: minigolf
MovieTheater: elokuvateatteri
Museum: museo, taidemuseo, galleria
MusicVenue: konserttisali, konserttitalo, ooppera
NationalMonument: kansallismonumentti
NationalPark: kansallispuisto
Nightlife: yökerho, yöelämä, kasino
Park: puisto, luonnonsuojelualue
Parking: pysäköinti, parkkipaikka, parkkihalli
Pharmacy: apteekki
Planetarium: planetaario
Playground: leikkipuisto, leikkikenttä
Police: poliisi, poliisiasema
PostOffice: posti, postitoimisto
PublicTransport: joukkoliikenne, pysäkki
ReligiousSite: kirkko, moskeija, synagoga, temppeli, kappeli, luostari
Restaurant: ravintola, lounas
Restroom: vessa, wc, käymälä
RockClimbing: kiipeily, kiipeilyhalli
RVPark: matkailuajoneuvoalue
School: koulu, lukio
SkatePark: skeittipuisto
Skating: luistelu, luistelurata, jäähalli
Skiing: hiihtokeskus, laskettelu
Soccer: jalkapallo, jalkapallokenttä
Spa: kylpylä, sauna, hieronta
Stadium: stadion
Store: kauppa, myymälä, ostokset
Surfing: surffaus
Swimming: uimahalli, uima-allas, uinti
Tennis: tennis, tenniskenttä
Theater: teatteri
University: yliopisto, korkeakoulu
Volleyball: lentopallo
Winery: viinitila
Zoo: eläintarha
amenity=bar: baari
amenity=bicycle_rental: pyörävuokraamo, kaupunkipyörä
amenity=bureau_de_change: valuutanvaihto
amenity=car_wash: autopesu, autopesula
amenity=courthouse: käräjäoikeus, oikeustalo
amenity=dentist: hammaslääkäri
amenity=doctors: lääkäri, lääkäriasema
amenity=drinking_water: juomavesi
amenity=fast_food: pikaruoka, grilli
amenity=ice_cream: jäätelöbaari, jäätelökioski, jäätelö
amenity=kindergarten: päiväkoti
amenity=pub: pubi
amenity=taxi: taksi, taksiasema
amenity=townhall: kaupungintalo, kunnantalo
cuisine=burger: hampurilainen, hampurilaisravintola
cuisine=chinese: kiinalainen ravintola, kiinalainen
cuisine=indian: intialainen ravintola, intialainen
cuisine=italian: italialainen ravintola, italialainen
cuisine=japanese: japanilainen ravintola, japanilainen
cuisine=kebab: kebab
cuisine=mexican: meksikolainen ravintola
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: thaimaalainen ravintola
cuisine=vegan: vegaaniravintola, vegaaninen
highway=bus_stop: bussipysäkki, bussi
amenity=bus_station: linja-autoasema
railway=station: rautatieasema, juna-asema, juna
railway=subway_entrance: metroasema, metro
railway=tram_stop: raitiovaunupysäkki, ratikka
shop=alcohol: Alko, alkoholiliike
shop=bicycle: pyöräliike, polkupyöräkauppa
shop=books: kirjakauppa, kirjat
shop=butcher: lihakauppa
shop=clothes: vaatekauppa, vaatteet
shop=convenience: lähikauppa
shop=department_store: tavaratalo
shop=doityourself: rautakauppa
shop=electronics: elektroniikkaliike, elektroniikka
shop=florist: kukkakauppa, kukat
shop=furniture: huonekaluliike, huonekalut
shop=greengrocer: vihanneskauppa
shop=hairdresser: kampaamo, parturi
shop=jewelry: koruliike, kultaseppä
shop=kiosk: kioski
shop=mall: kauppakeskus, ostoskeskus
shop=optician: optikko
shop=shoes: kenkäkauppa, kengät
shop=supermarket: supermarket, marketti
shop=toys: lelukauppa, lelut
shop=wine: viinikauppa
tourism=hostel: hostelli, retkeilymaja
tourism=information: matkailuneuvonta, turisti-info
tourism=viewpoint: näköalapaikka
"""
