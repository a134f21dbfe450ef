"""Portuguese words for kinds of places."""

NEARBY = "Buscar por perto"

WORDS = """
Airport: aeroporto
AirportGate: portão de embarque
AirportTerminal: terminal do aeroporto
AmusementPark: parque de diversões, parque temático
AnimalService: veterinário, clínica veterinária, abrigo de animais
Aquarium: aquário
ATM: caixa eletrônico, multibanco, caixa automático
AutomotiveRepair: oficina mecânica, oficina, mecânico, pneus
Bakery: padaria, pastelaria, confeitaria, pão
Bank: banco
Baseball: beisebol
Basketball: basquete, basquetebol
Beach: praia
Beauty: salão de beleza, cosméticos, manicure
Bowling: boliche, bowling
Brewery: cervejaria artesanal
Cafe: café, cafeteria
Campground: camping, parque de campismo
CarRental: aluguel de carros, aluguer de carros
Castle: castelo
ConventionCenter: centro de convenções, centro de congressos
Distillery: destilaria
EVCharger: estação de recarga, posto de carregamento
Fairground: recinto de feiras
FireStation: bombeiros, quartel de bombeiros
Fishing: pesca
FitnessCenter: academia, ginásio
FoodMarket: mercearia, mercado, alimentos
Fortress: fortaleza, forte
GasStation: posto de gasolina, posto de combustível, gasolina
GoKart: kart, kartódromo
Golf: golfe, campo de golfe
Hiking: trilha, caminhada
Hospital: hospital, clínica, pronto-socorro
Hotel: hotel, hospedagem, alojamento, pousada
Kayaking: caiaque, canoagem
Landmark: ponto turístico, atração turística, monumento
Laundry: lavanderia, lavandaria
Library: biblioteca
Mailbox: caixa de correio
Marina: marina
MiniGolf: minigolfe
MovieTheater: cinema
Museum: museu, galeria de arte
MusicVenue: casa de shows, sala de concertos, ópera
NationalMonument: monumento nacional
NationalPark: parque nacional
Nightlife: vida noturna, discoteca, boate, casino
Park: parque, jardim, reserva natural
Parking: estacionamento
Pharmacy: farmácia
Planetarium: planetário
Playground: parque infantil
Police: polícia, delegacia, esquadra
PostOffice: correios, agência dos correios
PublicTransport: transporte público, parada
ReligiousSite: igreja, mesquita, sinagoga, templo, capela, mosteiro
Restaurant: restaurante, comer
Restroom: banheiro, casa de banho, sanitário, WC
RockClimbing: escalada
RVPark: área de autocaravanas
School: escola, colégio
SkatePark: pista de skate
Skating: patinação, pista de gelo
Skiing: esqui, estação de esqui
Soccer: futebol, campo de futebol
Spa: spa, sauna, massagem, termas
Stadium: estádio
Store: loja, compras
Surfing: surfe, surf
Swimming: piscina, natação
Tennis: tênis, quadra de tênis
Theater: teatro
University: universidade, faculdade
Volleyball: vôlei, voleibol
Winery: vinícola, adega
Zoo: zoológico, jardim zoológico
amenity=bar: bar
amenity=bicycle_rental: aluguel de bicicletas
amenity=bureau_de_change: casa de câmbio
amenity=bus_station: rodoviária, terminal de ônibus
amenity=car_wash: lava-jato, lavagem de carros
amenity=courthouse: tribunal, fórum
amenity=dentist: dentista
amenity=doctors: médico, consultório
amenity=drinking_water: água potável
amenity=fast_food: lanchonete
amenity=ice_cream: sorveteria, gelataria
amenity=kindergarten: jardim de infância, creche
amenity=pub: pub
amenity=taxi: táxi, ponto de táxi
amenity=townhall: prefeitura, câmara municipal
cuisine=burger: hamburgueria, hambúrguer
cuisine=chinese: restaurante chinês, comida chinesa
cuisine=indian: restaurante indiano, comida indiana
cuisine=italian: restaurante italiano, comida italiana
cuisine=japanese: restaurante japonês, comida japonesa
cuisine=kebab: kebab
cuisine=mexican: restaurante mexicano, comida mexicana
cuisine=pizza: pizzaria, pizza
cuisine=sushi: sushi
cuisine=thai: restaurante tailandês
cuisine=vegan: restaurante vegano, vegano
highway=bus_stop: ponto de ônibus, paragem de autocarro, ônibus
railway=station: estação de trem, estação ferroviária, trem, comboio
railway=subway_entrance: metrô, metro
railway=tram_stop: parada de bonde, elétrico
shop=alcohol: loja de bebidas
shop=bicycle: loja de bicicletas
shop=books: livraria, livros
shop=butcher: açougue, talho
shop=clothes: loja de roupas, roupas, moda
shop=convenience: loja de conveniência
shop=department_store: loja de departamentos
shop=doityourself: loja de materiais de construção, ferragens
shop=electronics: loja de eletrônicos, eletrônicos
shop=florist: floricultura, florista, flores
shop=furniture: loja de móveis, móveis
shop=greengrocer: hortifrúti, frutaria
shop=hairdresser: cabeleireiro, barbearia
shop=jewelry: joalheria, joalharia
shop=kiosk: banca de jornal, quiosque
shop=mall: shopping center, centro comercial
shop=optician: ótica, óculos
shop=shoes: loja de sapatos, sapataria, sapatos
shop=supermarket: supermercado
shop=toys: loja de brinquedos, brinquedos
shop=wine: loja de vinhos
tourism=hostel: albergue, hostel
tourism=information: informações turísticas, posto de turismo
tourism=viewpoint: mirante, miradouro
"""
