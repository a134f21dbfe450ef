"""Swedish words for kinds of places."""

NEARBY = "Sök i närheten"

WORDS = """
Airport: flygplats
AirportGate: gate
AirportTerminal: flygterminal
AmusementPark: nöjespark, nöjesfält, temapark
AnimalService: veterinär, djursjukhus, djurhem, hundtrim
Aquarium: akvarium
ATM: bankomat, uttagsautomat
AutomotiveRepair: bilverkstad, verkstad, däck
Bakery: bageri, konditori, bröd
Bank: bank
Baseball: baseboll
Basketball: basket
Beach: strand, badstrand
Beauty: skönhetssalong, skönhet, naglar
Bowling: bowling, bowlinghall
Brewery: bryggeri
Cafe: kafé, café, fik, kaffe
Campground: camping, campingplats
CarRental: biluthyrning, hyrbil
Castle: slott, borg
ConventionCenter: kongresscenter, konferenscenter, mässa
Distillery: destilleri, bränneri
EVCharger: laddstation, laddstolpe
Fairground: festplats
FireStation: brandstation
Fishing: fiske, fiskeplats
FitnessCenter: gym, träning
FoodMarket: livsmedel, mataffär, saluhall, marknad
Fortress: fästning
GasStation: bensinstation, bensin, mack
GoKart: gokart
Golf: golfbana, golf
Hiking: vandring, vandringsled
Hospital: sjukhus, klinik, akutmottagning
Hotel: hotell, boende, övernattning, vandrarhem
Kayaking: kajak, paddling, kanot
Landmark: sevärdhet, sevärdheter, monument, minnesmärke
Laundry: tvätteri, tvättomat, kemtvätt
Library: bibliotek
Mailbox: brevlåda, postlåda
Marina: småbåtshamn, gästhamn
MiniGolf: minigolf
MovieTheater: biograf, bio
Museum: museum, konstmuseum, galleri
MusicVenue: konserthus, konsertsal, opera
NationalMonument: nationalmonument
NationalPark: nationalpark
Nightlife: nattklubb, nattliv, kasino
Park: park, trädgård, naturreservat
Parking: parkering, parkeringshus, parkeringsplats
Pharmacy: apotek
Planetarium: planetarium
Playground: lekplats
Police: polis, polisstation
PostOffice: postkontor, post
PublicTransport: kollektivtrafik, hållplats
ReligiousSite: kyrka, moské, synagoga, tempel, kapell, kloster
Restaurant: restaurang, lunch, middag
Restroom: toalett, offentlig toalett, wc
RockClimbing: klättring, klätterhall
RVPark: ställplats
School: skola, gymnasium
SkatePark: skatepark
Skating: skridskor, isbana, ishall
Skiing: skidor, skidort, skidbacke
Soccer: fotboll, fotbollsplan
Spa: spa, bastu, massage
Stadium: stadion, arena
Store: affär, butik, shopping
Surfing: surfing
Swimming: simhall, badhus, simning, bassäng
Tennis: tennis, tennisbana
Theater: teater
University: universitet, högskola
Volleyball: volleyboll
Winery: vingård
Zoo: djurpark, zoo
amenity=bar: bar
amenity=bicycle_rental: cykeluthyrning, lånecyklar
amenity=bureau_de_change: växlingskontor, valutaväxling
amenity=bus_station: busstation, bussterminal
amenity=car_wash: biltvätt
amenity=courthouse: domstol, tingsrätt
amenity=dentist: tandläkare
amenity=doctors: läkare, vårdcentral
amenity=drinking_water: dricksvatten
amenity=fast_food: snabbmat, gatukök
amenity=ice_cream: glassbar, glass
amenity=kindergarten: förskola, dagis, daghem
amenity=pub: pub, krog
amenity=taxi: taxi
amenity=townhall: stadshus, kommunhus, rådhus
cuisine=burger: hamburgare
cuisine=chinese: kinesisk restaurang, kinamat
cuisine=indian: indisk restaurang, indisk mat
cuisine=italian: italiensk restaurang, italiensk mat
cuisine=japanese: japansk restaurang, japansk mat
cuisine=kebab: kebab
cuisine=mexican: mexikansk restaurang
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: thairestaurang, thaimat
cuisine=vegan: vegansk restaurang, vegansk
highway=bus_stop: busshållplats, buss
railway=station: järnvägsstation, tågstation, tåg
railway=subway_entrance: tunnelbana, metro
railway=tram_stop: spårvagnshållplats, spårvagn
shop=alcohol: Systembolaget, spritbutik
shop=bicycle: cykelaffär
shop=books: bokhandel, böcker
shop=butcher: slaktare, charkuteri
shop=clothes: klädaffär, kläder
shop=convenience: närbutik
shop=department_store: varuhus
shop=doityourself: byggvaruhus, järnaffär
shop=electronics: elektronikaffär, elektronik
shop=florist: blomsteraffär, blommor
shop=furniture: möbelaffär, möbler
shop=greengrocer: grönsakshandel
shop=hairdresser: frisör, barberare
shop=jewelry: smyckesbutik, juvelerare
shop=kiosk: kiosk
shop=mall: köpcentrum, galleria
shop=optician: optiker
shop=shoes: skoaffär, skor
shop=supermarket: stormarknad, supermarket
shop=toys: leksaksaffär, leksaker
shop=wine: vinhandel
tourism=hostel: hostel
tourism=information: turistinformation, turistbyrå
tourism=viewpoint: utsiktsplats
"""
