"""Catalan words for kinds of places."""

NEARBY = "Cerca a prop"

WORDS = """
Airport: aeroport
AirportGate: porta d'embarcament
AirportTerminal: terminal
AmusementPark: parc d'atraccions, parc temàtic
AnimalService: veterinari, clínica veterinària, protectora d'animals
Aquarium: aquari
ATM: caixer, caixer automàtic
AutomotiveRepair: taller, taller mecànic, pneumàtics
Bakery: fleca, forn, pastisseria, pa
Bank: banc, caixa
Baseball: beisbol
Basketball: bàsquet
Beach: platja
Beauty: centre d'estètica, estètica, ungles
Bowling: bitlles
Brewery: cerveseria artesana, fàbrica de cervesa
Cafe: cafè, cafeteria
Campground: càmping
CarRental: lloguer de cotxes
Castle: castell
ConventionCenter: palau de congressos, centre de convencions
Distillery: destil·leria
EVCharger: punt de recàrrega, carregador elèctric
Fairground: recinte firal
FireStation: bombers, parc de bombers
Fishing: pesca
FitnessCenter: gimnàs
FoodMarket: mercat, queviures
Fortress: fortalesa
GasStation: benzinera, gasolinera, benzina
GoKart: karting
Golf: golf, camp de golf
Hiking: senderisme, sender
Hospital: hospital, urgències, clínica
Hotel: hotel, allotjament, hostal, pensió
Kayaking: caiac, canoa
Landmark: monument, lloc d'interès, atracció turística
Laundry: bugaderia, tintoreria
Library: biblioteca
Mailbox: bústia
Marina: port esportiu
MiniGolf: minigolf
MovieTheater: cinema
Museum: museu, galeria d'art
MusicVenue: sala de concerts, auditori, òpera
NationalMonument: monument nacional
NationalPark: parc nacional
Nightlife: discoteca, vida nocturna, casino
Park: parc, jardí, reserva natural
Parking: aparcament, pàrquing
Pharmacy: farmàcia
Planetarium: planetari
Playground: parc infantil
Police: policia, comissaria
PostOffice: correus, oficina de correus
PublicTransport: transport públic, parada
ReligiousSite: església, mesquita, sinagoga, temple, capella, monestir
Restaurant: restaurant, dinar, sopar
Restroom: lavabo, lavabos, lavabo públic
RockClimbing: escalada, rocòdrom
RVPark: àrea d'autocaravanes
School: escola, institut, col·legi
SkatePark: skatepark
Skating: patinatge, pista de gel
Skiing: esquí, estació d'esquí, pistes d'esquí
Soccer: futbol, camp de futbol
Spa: balneari, sauna, massatge
Stadium: estadi
Store: botiga, botigues, compres
Surfing: surf
Swimming: piscina, natació
Tennis: tennis, pista de tennis
Theater: teatre
University: universitat
Volleyball: voleibol
Winery: celler, vinya
Zoo: zoo, zoològic
amenity=bar: bar
amenity=bicycle_rental: lloguer de bicicletes
amenity=bureau_de_change: casa de canvi
amenity=bus_station: estació d'autobusos
amenity=car_wash: rentat de cotxes, rentacotxes
amenity=courthouse: jutjat, tribunal
amenity=dentist: dentista
amenity=doctors: metge, consultori
amenity=drinking_water: aigua potable, font
amenity=fast_food: menjar ràpid
amenity=ice_cream: gelateria, gelats
amenity=kindergarten: llar d'infants, guarderia
amenity=pub: pub
amenity=taxi: taxi, parada de taxis
amenity=townhall: ajuntament, comú
cuisine=burger: hamburgueseria, hamburguesa
cuisine=chinese: restaurant xinès, menjar xinès
cuisine=indian: restaurant indi, menjar indi
cuisine=italian: restaurant italià, menjar italià
cuisine=japanese: restaurant japonès, menjar japonès
cuisine=kebab: kebab
cuisine=mexican: restaurant mexicà, menjar mexicà
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: restaurant tailandès, menjar tailandès
cuisine=vegan: restaurant vegà, vegà
highway=bus_stop: parada d'autobús, autobús, bus
railway=station: estació de tren, tren
railway=subway_entrance: metro
railway=tram_stop: parada de tramvia, tramvia
shop=alcohol: licoreria
shop=bicycle: botiga de bicicletes
shop=books: llibreria, llibres
shop=butcher: carnisseria
shop=clothes: botiga de roba, roba, moda
shop=convenience: botiga de conveniència
shop=department_store: grans magatzems
shop=doityourself: bricolatge, ferreteria
shop=electronics: botiga d'electrònica, electrònica
shop=florist: floristeria, flors
shop=furniture: botiga de mobles, mobles
shop=greengrocer: fruiteria, verduleria
shop=hairdresser: perruqueria, perruquer, barberia
shop=jewelry: joieria
shop=kiosk: quiosc
shop=mall: centre comercial
shop=optician: òptica, ulleres
shop=shoes: sabateria, sabates
shop=supermarket: supermercat
shop=toys: botiga de joguines, joguines
shop=wine: vinateria
tourism=hostel: alberg
tourism=information: oficina de turisme, informació turística
tourism=viewpoint: mirador
"""
