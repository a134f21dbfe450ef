"""French words for kinds of places."""

# ruff: noqa: RUF001 (the letters of the language)

NEARBY = "Rechercher à proximité"

WORDS = """
Airport: aéroport, aérodrome
AirportGate: porte d’embarquement
AirportTerminal: aérogare, terminal
AmusementPark: parc d’attractions, parc à thème
AnimalService: vétérinaire, refuge pour animaux, toilettage
Aquarium: aquarium
ATM: distributeur de billets, distributeur automatique, DAB
AutomotiveRepair: garage automobile, garagiste, mécanicien, pneus
Bakery: boulangerie, boulanger, pâtisserie, pain
Bank: banque
Baseball: baseball
Basketball: basket-ball, basket
Beach: plage
Beauty: institut de beauté, salon de beauté, cosmétiques, manucure
Bowling: bowling
Brewery: brasserie artisanale
Cafe: café, salon de thé
Campground: camping
CarRental: location de voitures, location voiture
Castle: château
ConventionCenter: centre de congrès, palais des congrès, parc des expositions
Distillery: distillerie
EVCharger: borne de recharge, recharge électrique
Fairground: champ de foire
FireStation: pompiers, caserne de pompiers
Fishing: pêche
FitnessCenter: salle de sport, fitness
FoodMarket: alimentation, épicerie, marché
Fortress: forteresse, fort
GasStation: station-service, essence, carburant
GoKart: karting
Golf: golf, terrain de golf
Hiking: randonnée, sentier
Hospital: hôpital, urgences, clinique
Hotel: hôtel, hébergement, auberge
Kayaking: kayak, canoë
Landmark: site touristique, monument, attraction touristique, mémorial
Laundry: laverie, blanchisserie, pressing
Library: bibliothèque, médiathèque
Mailbox: boîte aux lettres
Marina: port de plaisance, marina
MiniGolf: minigolf, mini-golf
MovieTheater: cinéma
Museum: musée, galerie d’art
MusicVenue: salle de concert, opéra, concerts
NationalMonument: monument national
NationalPark: parc national
Nightlife: vie nocturne, boîte de nuit, discothèque, casino
Park: parc, jardin, réserve naturelle
Parking: parking, stationnement
Pharmacy: pharmacie
Planetarium: planétarium
Playground: aire de jeux
Police: police, commissariat, gendarmerie
PostOffice: bureau de poste, poste
PublicTransport: transports en commun, arrêt, station
ReligiousSite: lieu de culte, église, mosquée, synagogue, temple, chapelle, cathédrale, monastère
Restaurant: restaurant, manger
Restroom: toilettes, WC, toilettes publiques
RockClimbing: escalade
RVPark: aire de camping-car, camping-car
School: école, collège, lycée
SkatePark: skatepark
Skating: patinoire, patinage
Skiing: ski, station de ski, piste de ski
Soccer: football, terrain de football, foot
Spa: spa, sauna, massage, thermes
Stadium: stade
Store: magasin, boutique, shopping
Surfing: surf
Swimming: piscine, natation
Tennis: tennis, court de tennis
Theater: théâtre
University: université, fac
Volleyball: volley-ball, volley
Winery: domaine viticole, vignoble, cave viticole
Zoo: zoo
amenity=bar: bar
amenity=bicycle_rental: location de vélos
amenity=bureau_de_change: bureau de change
amenity=car_wash: lavage auto, station de lavage
amenity=courthouse: tribunal, palais de justice
amenity=dentist: dentiste
amenity=doctors: médecin, docteur, cabinet médical
amenity=drinking_water: eau potable
amenity=fast_food: restauration rapide, fast-food
amenity=ice_cream: glacier, glaces
amenity=kindergarten: école maternelle, maternelle, crèche
amenity=pub: pub
amenity=taxi: taxi, station de taxis
amenity=townhall: mairie, hôtel de ville
cuisine=burger: burger, hamburger
cuisine=chinese: restaurant chinois, chinois
cuisine=indian: restaurant indien, indien
cuisine=italian: restaurant italien, italien
cuisine=japanese: restaurant japonais, japonais
cuisine=kebab: kebab
cuisine=mexican: restaurant mexicain, mexicain
cuisine=pizza: pizza, pizzeria
cuisine=sushi: sushi
cuisine=thai: restaurant thaï, thaï
cuisine=vegan: restaurant végan, végan
highway=bus_stop: arrêt de bus, bus
amenity=bus_station: gare routière
railway=station: gare, train
railway=subway_entrance: métro
railway=tram_stop: arrêt de tram, tramway, tram
shop=alcohol: magasin de spiritueux
shop=bicycle: magasin de vélos
shop=books: librairie, livres
shop=butcher: boucherie, boucher
shop=clothes: magasin de vêtements, vêtements, mode
shop=convenience: supérette
shop=department_store: grand magasin
shop=doityourself: magasin de bricolage, bricolage
shop=electronics: magasin d’électronique, électronique
shop=florist: fleuriste, fleurs
shop=furniture: magasin de meubles, meubles
shop=greengrocer: primeur, fruits et légumes
shop=hairdresser: coiffeur, salon de coiffure
shop=jewelry: bijouterie, bijoutier
shop=kiosk: kiosque
shop=mall: centre commercial
shop=optician: opticien, lunettes
shop=shoes: magasin de chaussures, chaussures
shop=supermarket: supermarché
shop=toys: magasin de jouets, jouets
shop=wine: caviste, magasin de vins
tourism=hostel: auberge de jeunesse
tourism=information: office de tourisme
tourism=viewpoint: point de vue, belvédère
"""
