"""Norwegian words for kinds of places."""

NEARBY = "Søk i nærheten"

WORDS = """
Airport: flyplass, lufthavn
AirportGate: gate
AirportTerminal: flyterminal
AmusementPark: fornøyelsespark, temapark, tivoli
AnimalService: dyrlege, veterinær, dyreklinikk
Aquarium: akvarium
ATM: minibank
AutomotiveRepair: bilverksted, verksted, dekk
Bakery: bakeri, konditori, brød
Bank: bank
Baseball: baseball
Basketball: basketball
Beach: strand, badestrand
Beauty: skjønnhetssalong, hudpleie, negler
Bowling: bowling, bowlinghall
Brewery: bryggeri
Cafe: kafé, kaffe, kaffebar
Campground: campingplass, camping
CarRental: bilutleie, leiebil
Castle: slott, borg
ConventionCenter: kongressenter, konferansesenter, messe
Distillery: brenneri, destilleri
EVCharger: ladestasjon, elbillader, hurtiglader
Fairground: festplass
FireStation: brannstasjon
Fishing: fiske, fiskeplass
FitnessCenter: treningssenter, trening
FoodMarket: dagligvarer, matbutikk, matmarked, marked
Fortress: festning
GasStation: bensinstasjon, bensin
GoKart: gokart
Golf: golfbane, golf
Hiking: turløype, tursti, fottur
Hospital: sykehus, klinikk, legevakt
Hotel: hotell, overnatting, pensjonat
Kayaking: kajakk, kano, padling
Landmark: severdighet, severdigheter, monument, minnesmerke
Laundry: vaskeri, renseri
Library: bibliotek
Mailbox: postkasse
Marina: småbåthavn, gjestehavn
MiniGolf: minigolf
MovieTheater: kino
Museum: museum, kunstmuseum, galleri
MusicVenue: konserthus, konsertsal, opera
NationalMonument: nasjonalmonument
NationalPark: nasjonalpark
Nightlife: nattklubb, uteliv, kasino
Park: park, hage, naturreservat
Parking: parkering, parkeringshus, parkeringsplass
Pharmacy: apotek
Planetarium: planetarium
Playground: lekeplass
Police: politi, politistasjon
PostOffice: postkontor, post
PublicTransport: kollektivtransport, holdeplass
ReligiousSite: kirke, moské, synagoge, tempel, kapell, kloster
Restaurant: restaurant, lunsj, middag, spisested
Restroom: toalett, offentlig toalett, wc
RockClimbing: klatring, klatrehall
RVPark: bobilparkering, bobilplass
School: skole, videregående
SkatePark: skatepark
Skating: skøyter, skøytebane, ishall
Skiing: ski, skisenter, alpinanlegg
Soccer: fotball, fotballbane
Spa: spa, badstue, massasje
Stadium: stadion, arena
Store: butikk, forretning, shopping
Surfing: surfing
Swimming: svømmehall, svømming, basseng
Tennis: tennis, tennisbane
Theater: teater
University: universitet, høgskole
Volleyball: volleyball
Winery: vingård
Zoo: dyrepark, dyrehage
amenity=bar: bar
amenity=bicycle_rental: sykkelutleie, bysykkel
amenity=bureau_de_change: vekslingskontor, valutaveksling
amenity=bus_station: bussterminal, busstasjon
amenity=car_wash: bilvask
amenity=courthouse: tinghus, domstol, tingrett
amenity=dentist: tannlege
amenity=doctors: lege, legesenter, fastlege
amenity=drinking_water: drikkevann
amenity=fast_food: gatekjøkken, hurtigmat
amenity=ice_cream: iskrem, isbar
amenity=kindergarten: barnehage
amenity=pub: pub
amenity=taxi: taxi, drosje
amenity=townhall: rådhus, kommunehus
cuisine=burger: burger, hamburger
cuisine=chinese: kinesisk restaurant, kinamat
cuisine=indian: indisk restaurant, indisk mat
cuisine=italian: italiensk restaurant, italiensk mat
cuisine=japanese: japansk restaurant, japansk mat
cuisine=kebab: kebab
cuisine=mexican: meksikansk restaurant, meksikansk mat
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: thairestaurant, thaimat
cuisine=vegan: vegansk restaurant, vegansk
highway=bus_stop: bussholdeplass, busstopp, buss
railway=station: togstasjon, jernbanestasjon, tog
railway=subway_entrance: t-bane, t-banestasjon
railway=tram_stop: trikkeholdeplass, trikk
shop=alcohol: vinmonopol, Vinmonopolet
shop=bicycle: sykkelbutikk, sykkelverksted
shop=books: bokhandel, bøker
shop=butcher: slakter
shop=clothes: klesbutikk, klær
shop=convenience: nærbutikk
shop=department_store: varehus
shop=doityourself: byggevarehus, jernvare
shop=electronics: elektronikkbutikk, elektronikk
shop=florist: blomsterbutikk, blomster
shop=furniture: møbelbutikk, møbler
shop=greengrocer: grønnsakshandel, frukt og grønt
shop=hairdresser: frisør, barberer
shop=jewelry: gullsmed, smykker
shop=kiosk: kiosk
shop=mall: kjøpesenter
shop=optician: optiker, briller
shop=shoes: skobutikk, sko
shop=supermarket: supermarked
shop=toys: lekebutikk, leker
shop=wine: vinhandel
tourism=hostel: vandrerhjem
tourism=information: turistinformasjon, turistkontor
tourism=viewpoint: utsiktspunkt
"""
