"""Dutch words for kinds of places."""

NEARBY = "Zoek in de buurt"

WORDS = """
Airport: luchthaven, vliegveld
AirportGate: gate
AirportTerminal: luchthaventerminal
AmusementPark: pretpark, attractiepark
AnimalService: dierenarts, dierenkliniek, dierenasiel, trimsalon
Aquarium: aquarium
ATM: geldautomaat, pinautomaat
AutomotiveRepair: autogarage, garage, bandenservice
Bakery: bakkerij, bakker, brood
Bank: bank
Baseball: honkbal
Basketball: basketbal
Beach: strand
Beauty: schoonheidssalon, cosmetica, nagelstudio
Bowling: bowlingbaan, bowling
Brewery: brouwerij
Cafe: koffiehuis, koffie, koffiebar, lunchroom
Campground: camping
CarRental: autoverhuur, huurauto
Castle: kasteel
ConventionCenter: congrescentrum, conferentiecentrum, beurs
Distillery: distilleerderij, stokerij
EVCharger: laadpaal, laadstation
Fairground: evenemententerrein, festivalterrein
FireStation: brandweerkazerne, brandweer
Fishing: vissen, visplek
FitnessCenter: sportschool, fitness
FoodMarket: levensmiddelen, markt
Fortress: vesting, fort
GasStation: tankstation, benzinestation, benzine
GoKart: kartbaan, karten
Golf: golfbaan, golf
Hiking: wandelroute, wandelen
Hospital: ziekenhuis, kliniek, spoedeisende hulp
Hotel: hotel, overnachting, accommodatie
Kayaking: kajakken, kano
Landmark: bezienswaardigheid, bezienswaardigheden, monument
Laundry: wasserette, wasserij, stomerij
Library: bibliotheek
Mailbox: brievenbus
Marina: jachthaven
MiniGolf: minigolf, midgetgolf
MovieTheater: bioscoop
Museum: museum, galerie
MusicVenue: concertzaal, concertgebouw, opera
NationalMonument: nationaal monument
NationalPark: nationaal park
Nightlife: nachtleven, nachtclub, discotheek, casino
Park: park, tuin, natuurgebied
Parking: parkeerplaats, parkeren, parkeergarage
Pharmacy: apotheek
Planetarium: planetarium
Playground: speeltuin, speelplaats
Police: politie, politiebureau
PostOffice: postkantoor, post
PublicTransport: openbaar vervoer, halte
ReligiousSite: kerk, moskee, synagoge, tempel, kapel, klooster
Restaurant: restaurant, eten
Restroom: toilet, openbaar toilet, wc
RockClimbing: klimmen, klimhal
RVPark: camperplaats
School: school, basisschool
SkatePark: skatepark
Skating: ijsbaan, schaatsen
Skiing: skiën, skigebied
Soccer: voetbal, voetbalveld
Spa: wellness, spa, sauna, massage
Stadium: stadion
Store: winkel, winkelen
Surfing: surfen
Swimming: zwembad, zwemmen
Tennis: tennis, tennisbaan
Theater: theater, schouwburg
University: universiteit, hogeschool
Volleyball: volleybal
Winery: wijngaard, wijndomein
Zoo: dierentuin
amenity=bar: bar
amenity=bicycle_rental: fietsverhuur
amenity=bureau_de_change: wisselkantoor
amenity=bus_station: busstation
amenity=car_wash: autowasserette, wasstraat
amenity=courthouse: rechtbank
amenity=dentist: tandarts
amenity=doctors: huisarts, dokter, arts
amenity=drinking_water: drinkwater
amenity=fast_food: snackbar, fastfood
amenity=ice_cream: ijssalon, ijs
amenity=kindergarten: kinderdagverblijf, kleuterschool
amenity=pub: kroeg, café
amenity=taxi: taxi, taxistandplaats
amenity=townhall: stadhuis, gemeentehuis
cuisine=burger: hamburgers, hamburger
cuisine=chinese: Chinees restaurant, Chinees
cuisine=indian: Indiaas restaurant, Indiaas
cuisine=italian: Italiaans restaurant, Italiaans
cuisine=japanese: Japans restaurant, Japans
cuisine=kebab: kebab, döner
cuisine=mexican: Mexicaans restaurant
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: Thais restaurant, Thais
cuisine=vegan: veganistisch restaurant, veganistisch
highway=bus_stop: bushalte, bus
railway=station: treinstation, station, trein
railway=subway_entrance: metro
railway=tram_stop: tramhalte, tram
shop=alcohol: slijterij
shop=bicycle: fietsenwinkel, fietsenmaker
shop=books: boekhandel, boekwinkel, boeken
shop=butcher: slagerij, slager
shop=clothes: kledingwinkel, kleding, mode
shop=convenience: buurtwinkel, avondwinkel
shop=department_store: warenhuis
shop=doityourself: bouwmarkt, doe-het-zelfzaak
shop=electronics: elektronicawinkel, elektronica
shop=florist: bloemist, bloemen
shop=furniture: meubelzaak, meubels
shop=greengrocer: groenteboer
shop=hairdresser: kapper, kapsalon
shop=jewelry: juwelier
shop=kiosk: kiosk
shop=mall: winkelcentrum
shop=optician: opticien, brillen
shop=shoes: schoenenwinkel, schoenen
shop=supermarket: supermarkt
shop=toys: speelgoedwinkel, speelgoed
shop=wine: wijnhandel
tourism=hostel: hostel, jeugdherberg
tourism=information: toeristische informatie, VVV
tourism=viewpoint: uitkijkpunt
"""
