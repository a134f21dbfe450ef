"""German words for kinds of places."""

NEARBY = "In der Nähe suchen"

WORDS = """
Airport: Flughafen, Flugplatz
AirportGate: Flugsteig
AirportTerminal: Flughafenterminal
AmusementPark: Freizeitpark, Vergnügungspark, Erlebnispark
AnimalService: Tierarzt, Tierheim, Tierklinik, Hundesalon
Aquarium: Aquarium
ATM: Geldautomat, Bankomat, Bancomat
AutomotiveRepair: Autowerkstatt, Werkstatt, Kfz-Werkstatt, Reifen, Garage
Bakery: Bäckerei, Bäcker, Konditorei, Brot
Bank: Bank, Sparkasse
Baseball: Baseball, Baseballplatz
Basketball: Basketball, Basketballplatz
Beach: Strand
Beauty: Kosmetiksalon, Kosmetik, Nagelstudio, Schönheitssalon
Bowling: Bowling, Bowlingbahn, Kegelbahn
Brewery: Brauerei
Cafe: Café, Kaffee, Kaffeehaus
Campground: Campingplatz, Zeltplatz
CarRental: Autovermietung, Mietwagen, Autoverleih
Castle: Schloss, Burg
ConventionCenter: Kongresszentrum, Konferenzzentrum, Messe
Distillery: Brennerei, Destillerie
EVCharger: Ladestation, Ladesäule, E-Ladestation
Fairground: Festplatz, Festwiese
FireStation: Feuerwehr, Feuerwache
Fishing: Angeln, Angelplatz
FitnessCenter: Fitnessstudio, Fitness, Fitnesscenter
FoodMarket: Lebensmittel, Markt, Wochenmarkt
Fortress: Festung
GasStation: Tankstelle, tanken
GoKart: Kartbahn, Kart
Golf: Golfplatz, Golf
Hiking: Wanderweg, Wandern
Hospital: Krankenhaus, Spital, Klinik
Hotel: Hotel, Unterkunft, Pension, Gasthof, Übernachtung
Kayaking: Kajak, Kanu
Landmark: Sehenswürdigkeit, Sehenswürdigkeiten, Denkmal, Wahrzeichen
Laundry: Wäscherei, Waschsalon, Reinigung
Library: Bibliothek, Bücherei
Mailbox: Briefkasten
Marina: Jachthafen, Yachthafen
MiniGolf: Minigolf
MovieTheater: Kino
Museum: Museum, Kunstmuseum, Galerie
MusicVenue: Konzerthaus, Konzertsaal, Oper, Opernhaus, Konzerte
NationalMonument: Nationaldenkmal
NationalPark: Nationalpark
Nightlife: Nachtleben, Nachtclub, Disco, Diskothek, Kasino, Biergarten
Park: Park, Garten, Naturschutzgebiet
Parking: Parkplatz, Parkhaus, Parken, Tiefgarage
Pharmacy: Apotheke
Planetarium: Planetarium
Playground: Spielplatz
Police: Polizei, Polizeiwache
PostOffice: Post, Postamt, Postfiliale
PublicTransport: Haltestelle, öffentlicher Verkehr, ÖPNV
ReligiousSite: Kirche, Moschee, Synagoge, Tempel, Kapelle, Kloster, Dom
Restaurant: Restaurant, Gaststätte, Gasthaus, essen
Restroom: Toilette, WC, öffentliche Toilette
RockClimbing: Klettern, Kletterhalle, Bouldern
RVPark: Wohnmobilstellplatz, Stellplatz
School: Schule, Grundschule, Gymnasium
SkatePark: Skatepark, Skaterpark
Skating: Eislaufen, Eisbahn, Eishalle
Skiing: Ski, Skigebiet, Skipiste
Soccer: Fußball, Fußballplatz
Spa: Spa, Therme, Massage, Wellness
Stadium: Stadion
Store: Geschäft, Laden, Einkaufen
Surfing: Surfen
Swimming: Schwimmbad, Hallenbad, Freibad, Schwimmen
Tennis: Tennis, Tennisplatz
Theater: Theater
University: Universität, Hochschule, Uni
Volleyball: Volleyball, Beachvolleyball
Winery: Weingut, Winzer, Weinkellerei
Zoo: Zoo, Tierpark
amenity=bar: Bar
amenity=bicycle_rental: Fahrradverleih
amenity=bureau_de_change: Wechselstube, Geldwechsel
amenity=car_wash: Autowäsche, Waschanlage, Waschstraße
amenity=courthouse: Gericht, Amtsgericht
amenity=dentist: Zahnarzt
amenity=doctors: Arzt, Ärztin, Hausarzt, Arztpraxis
amenity=drinking_water: Trinkwasser, Trinkbrunnen
amenity=fast_food: Imbiss, Schnellimbiss
amenity=ice_cream: Eisdiele, Eiscafé, Eis
amenity=kindergarten: Kindergarten, Kita
amenity=pub: Kneipe
amenity=taxi: Taxi, Taxistand
amenity=townhall: Rathaus, Gemeindeamt
cuisine=burger: Burger, Hamburger
cuisine=chinese: chinesisches Restaurant, chinesisch, Chinese
cuisine=indian: indisches Restaurant, indisch, Inder
cuisine=italian: italienisches Restaurant, italienisch, Italiener
cuisine=japanese: japanisches Restaurant, japanisch
cuisine=kebab: Döner, Kebab, Kebap
cuisine=mexican: mexikanisches Restaurant, mexikanisch
cuisine=pizza: Pizza, Pizzeria
cuisine=sushi: Sushi
cuisine=thai: thailändisches Restaurant, thailändisch
cuisine=vegan: veganes Restaurant, vegan
highway=bus_stop: Bushaltestelle, Bus
amenity=bus_station: Busbahnhof
railway=station: Bahnhof, Zug
railway=subway_entrance: U-Bahn, Metro
railway=tram_stop: Straßenbahn, Tram
shop=alcohol: Getränkemarkt, Spirituosen
shop=bicycle: Fahrradladen, Fahrradgeschäft
shop=books: Buchhandlung, Buchladen, Bücher
shop=butcher: Metzgerei, Metzger, Fleischerei
shop=clothes: Bekleidungsgeschäft, Kleidung, Mode
shop=convenience: Späti, Minimarkt, Tante-Emma-Laden
shop=department_store: Kaufhaus, Warenhaus
shop=doityourself: Baumarkt
shop=electronics: Elektronikmarkt, Elektronik
shop=florist: Blumenladen, Blumen, Florist
shop=furniture: Möbelhaus, Möbel
shop=greengrocer: Obst und Gemüse, Gemüseladen
shop=hairdresser: Friseur, Frisör, Coiffeur
shop=jewelry: Juwelier, Schmuck
shop=kiosk: Kiosk
shop=mall: Einkaufszentrum
shop=optician: Optiker, Brillen
shop=shoes: Schuhgeschäft, Schuhe
shop=supermarket: Supermarkt
shop=toys: Spielwarenladen, Spielzeug
shop=wine: Weinhandlung
tourism=hostel: Jugendherberge, Hostel
tourism=information: Touristeninformation, Tourist-Info
tourism=viewpoint: Aussichtspunkt
"""
