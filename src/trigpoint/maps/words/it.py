"""Italian words for kinds of places."""

# ruff: noqa: RUF001 (the letters of the language)

NEARBY = "Cerca nelle vicinanze"

WORDS = """
Airport: aeroporto
AirportGate: gate d’imbarco
AirportTerminal: terminal aeroportuale
AmusementPark: parco divertimenti, parco a tema
AnimalService: veterinario, canile, toelettatura
Aquarium: acquario
ATM: bancomat, sportello automatico
AutomotiveRepair: officina, autofficina, meccanico, gommista
Bakery: panetteria, panificio, forno, pasticceria, pane
Bank: banca
Baseball: baseball
Basketball: pallacanestro, basket
Beach: spiaggia
Beauty: salone di bellezza, estetista, cosmetici
Bowling: bowling
Brewery: birrificio
Cafe: caffè, caffetteria
Campground: campeggio
CarRental: autonoleggio, noleggio auto
Castle: castello
ConventionCenter: centro congressi, fiera
Distillery: distilleria
EVCharger: stazione di ricarica, colonnina di ricarica
FireStation: vigili del fuoco, pompieri
Fishing: pesca
FitnessCenter: palestra, fitness
FoodMarket: alimentari, mercato
Fortress: fortezza, forte
GasStation: distributore di benzina, benzinaio, stazione di servizio
GoKart: go-kart, kartodromo
Golf: golf, campo da golf
Hiking: escursionismo, sentiero
Hospital: ospedale, pronto soccorso, clinica
Hotel: albergo, hotel, alloggio, pensione
Kayaking: kayak, canoa
Landmark: punto di interesse, monumento, attrazione turistica
Laundry: lavanderia, tintoria
Library: biblioteca
Mailbox: cassetta postale, buca delle lettere
Marina: porto turistico
MiniGolf: minigolf
MovieTheater: cinema
Museum: museo, galleria d’arte
MusicVenue: sala concerti, auditorium, teatro dell’opera
NationalMonument: monumento nazionale
NationalPark: parco nazionale
Nightlife: vita notturna, discoteca, casinò
Park: parco, giardino, riserva naturale
Parking: parcheggio
Pharmacy: farmacia
Planetarium: planetario
Playground: parco giochi
Police: polizia, carabinieri, questura
PostOffice: ufficio postale, posta
PublicTransport: trasporto pubblico, fermata
ReligiousSite: luogo di culto, chiesa, moschea, sinagoga, tempio, cappella, duomo, monastero
Restaurant: ristorante, trattoria, osteria, mangiare
Restroom: bagno, bagni pubblici, toilette, WC
RockClimbing: arrampicata
RVPark: area camper, area sosta camper
School: scuola, liceo
SkatePark: skatepark
Skating: pattinaggio, pista di pattinaggio
Skiing: sci, stazione sciistica
Soccer: calcio, campo da calcio
Spa: spa, terme, sauna, massaggi
Stadium: stadio
Store: negozio, acquisti
Surfing: surf
Swimming: piscina, nuoto
Tennis: tennis, campo da tennis
Theater: teatro
University: università
Volleyball: pallavolo
Winery: cantina vinicola, vigneto
Zoo: zoo
amenity=bar: bar
amenity=bicycle_rental: noleggio biciclette
amenity=bureau_de_change: cambio valuta
amenity=car_wash: autolavaggio
amenity=courthouse: tribunale
amenity=dentist: dentista
amenity=doctors: medico, studio medico
amenity=drinking_water: acqua potabile, fontanella
amenity=fast_food: fast food
amenity=ice_cream: gelateria, gelato
amenity=kindergarten: asilo, scuola materna
amenity=pub: pub, birreria
amenity=taxi: taxi
amenity=townhall: municipio, comune
cuisine=burger: hamburger
cuisine=chinese: ristorante cinese, cinese
cuisine=indian: ristorante indiano, indiano
cuisine=italian: ristorante italiano
cuisine=japanese: ristorante giapponese, giapponese
cuisine=kebab: kebab
cuisine=mexican: ristorante messicano, messicano
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: ristorante thailandese
cuisine=vegan: ristorante vegano, vegano
highway=bus_stop: fermata dell’autobus, autobus
amenity=bus_station: stazione degli autobus, autostazione
railway=station: stazione, stazione ferroviaria, treno
railway=subway_entrance: metropolitana, metro
railway=tram_stop: fermata del tram, tram
shop=bicycle: negozio di biciclette
shop=books: libreria, libri
shop=butcher: macelleria
shop=clothes: negozio di abbigliamento, abbigliamento
shop=convenience: minimarket
shop=department_store: grande magazzino
shop=doityourself: fai da te, ferramenta
shop=electronics: negozio di elettronica, elettronica
shop=florist: fioraio, fiori
shop=furniture: negozio di mobili, mobili
shop=greengrocer: fruttivendolo
shop=hairdresser: parrucchiere, barbiere
shop=jewelry: gioielleria
shop=kiosk: edicola
shop=mall: centro commerciale
shop=optician: ottico, occhiali
shop=shoes: negozio di scarpe, scarpe
shop=supermarket: supermercato
shop=toys: negozio di giocattoli, giocattoli
shop=wine: enoteca
tourism=hostel: ostello
tourism=information: ufficio turistico
tourism=viewpoint: punto panoramico, belvedere
"""
