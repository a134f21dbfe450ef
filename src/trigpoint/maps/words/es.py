"""Spanish words for kinds of places."""

NEARBY = "Buscar cerca"

WORDS = """
Airport: aeropuerto, aeródromo
AirportGate: puerta de embarque
AirportTerminal: terminal de aeropuerto
AmusementPark: parque de atracciones, parque temático
AnimalService: veterinario, refugio de animales, peluquería canina
Aquarium: acuario
ATM: cajero automático, cajero
AutomotiveRepair: taller mecánico, taller, mecánico, neumáticos
Bakery: panadería, pastelería, pan
Bank: banco
Baseball: béisbol
Basketball: baloncesto
Beach: playa
Beauty: salón de belleza, cosmética, manicura
Bowling: bolera, bolos
Brewery: cervecería artesanal, fábrica de cerveza
Cafe: cafetería, café
Campground: camping, zona de acampada
CarRental: alquiler de coches, alquiler de autos
Castle: castillo
ConventionCenter: centro de convenciones, palacio de congresos, recinto ferial
Distillery: destilería
EVCharger: punto de recarga, cargador eléctrico
Fairground: recinto de ferias
FireStation: bomberos, parque de bomberos
Fishing: pesca
FitnessCenter: gimnasio, fitness
FoodMarket: comestibles, alimentación, mercado
Fortress: fortaleza, fuerte
GasStation: gasolinera, gasolina, estación de servicio
GoKart: karting
Golf: golf, campo de golf
Hiking: senderismo, sendero
Hospital: hospital, urgencias, clínica
Hotel: hotel, alojamiento, hostal, pensión
Kayaking: kayak, piragüismo
Landmark: lugar de interés, monumento, atracción turística
Laundry: lavandería, tintorería
Library: biblioteca
Mailbox: buzón
Marina: puerto deportivo
MiniGolf: minigolf
MovieTheater: cine
Museum: museo, galería de arte
MusicVenue: sala de conciertos, auditorio, ópera
NationalMonument: monumento nacional
NationalPark: parque nacional
Nightlife: vida nocturna, discoteca, club nocturno, casino
Park: parque, jardín, reserva natural
Parking: aparcamiento, estacionamiento, parking
Pharmacy: farmacia
Planetarium: planetario
Playground: parque infantil, zona de juegos
Police: policía, comisaría
PostOffice: oficina de correos, correos
PublicTransport: transporte público, parada, estación
ReligiousSite: lugar de culto, iglesia, mezquita, sinagoga, templo, capilla, catedral, monasterio
Restaurant: restaurante, comer
Restroom: aseos, baño, baños, servicios, WC
RockClimbing: escalada, rocódromo
RVPark: área de autocaravanas
School: escuela, colegio, instituto
SkatePark: skatepark
Skating: pista de hielo, patinaje
Skiing: esquí, estación de esquí
Soccer: fútbol, campo de fútbol
Spa: spa, sauna, masaje, balneario
Stadium: estadio
Store: tienda, compras
Surfing: surf
Swimming: piscina, natación
Tennis: tenis, pista de tenis
Theater: teatro
University: universidad
Volleyball: voleibol
Winery: bodega, viñedo
Zoo: zoo, zoológico
amenity=bar: bar
amenity=bicycle_rental: alquiler de bicicletas
amenity=bureau_de_change: casa de cambio
amenity=car_wash: lavado de coches
amenity=courthouse: juzgado, tribunal
amenity=dentist: dentista
amenity=doctors: médico, consultorio médico
amenity=drinking_water: agua potable
amenity=fast_food: comida rápida
amenity=ice_cream: heladería, helados
amenity=kindergarten: guardería, jardín de infancia
amenity=pub: pub
amenity=taxi: taxi, parada de taxis
amenity=townhall: ayuntamiento, municipalidad
cuisine=burger: hamburguesería, hamburguesa
cuisine=chinese: restaurante chino, comida china
cuisine=indian: restaurante indio, comida india
cuisine=italian: restaurante italiano, comida italiana
cuisine=japanese: restaurante japonés, comida japonesa
cuisine=kebab: kebab
cuisine=mexican: restaurante mexicano, comida mexicana, tacos
cuisine=pizza: pizzería, pizza
cuisine=sushi: sushi
cuisine=thai: restaurante tailandés, comida tailandesa
cuisine=vegan: restaurante vegano, vegano
highway=bus_stop: parada de autobús, autobús
amenity=bus_station: estación de autobuses
railway=station: estación de tren, tren
railway=subway_entrance: metro
railway=tram_stop: parada de tranvía, tranvía
shop=alcohol: licorería
shop=bicycle: tienda de bicicletas
shop=books: librería, libros
shop=butcher: carnicería
shop=clothes: tienda de ropa, ropa, moda
shop=convenience: tienda de conveniencia
shop=department_store: grandes almacenes
shop=doityourself: tienda de bricolaje, bricolaje, ferretería
shop=electronics: tienda de electrónica, electrónica
shop=florist: floristería, flores
shop=furniture: tienda de muebles, muebles
shop=greengrocer: frutería, verdulería
shop=hairdresser: peluquería, peluquero, barbería
shop=jewelry: joyería
shop=kiosk: quiosco
shop=mall: centro comercial
shop=optician: óptica, gafas
shop=shoes: zapatería, zapatos
shop=supermarket: supermercado
shop=toys: juguetería, juguetes
shop=wine: vinoteca
tourism=hostel: albergue, albergue juvenil
tourism=information: oficina de turismo, información turística
tourism=viewpoint: mirador
"""
