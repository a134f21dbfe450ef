"""English words for kinds of places."""

NEARBY = "Search Nearby"

WORDS = """
Airport: airport, airfield
AirportGate: airport gate, gate
AirportTerminal: airport terminal, terminal
AmusementPark: amusement park, theme park, water park
AnimalService: vet, veterinarian, animal hospital, animal shelter, pet grooming, kennel
Aquarium: aquarium
ATM: ATM, cash machine, cash point, cash
AutomotiveRepair: car repair, auto repair, garage, mechanic, tyres, tires
Bakery: bakery, baker, bread, pastry shop
Bank: bank
Baseball: baseball, baseball field, softball
Basketball: basketball, basketball court
Beach: beach
Beauty: beauty salon, beauty, cosmetics, nails, nail salon
Bowling: bowling, bowling alley
Brewery: brewery, brewpub
Cafe: café, cafe, coffee, coffee shop, coffee house, espresso
Campground: campground, campsite, camping
CarRental: car rental, car hire, rent a car
Castle: castle
ConventionCenter: convention centre, convention center, conference centre, conference center, exhibition centre
Distillery: distillery, whisky distillery
EVCharger: EV charger, charging station, EV charging, electric car charging, EV charging station, electric vehicle charging, charging point
Fairground: fairground, festival ground
FireStation: fire station, fire department
Fishing: fishing, fishing spot, angling
FitnessCenter: gym, fitness, fitness centre, fitness center, fitness studio
FoodMarket: food, groceries, grocery, grocery store, market, food market
Fortress: fortress, fort
GasStation: gas station, petrol station, petrol, gas, fuel, filling station
GoKart: go-kart, go-karting, karting
Golf: golf, golf course, driving range
Hiking: hiking, hike, hiking trail, trail, trailhead
Hospital: hospital, emergency room
Hotel: hotel, lodging, accommodation, motel, inn, resort, place to stay
Kayaking: kayaking, kayak, canoe, canoeing
Landmark: landmark, sight, sights, attraction, tourist attraction, monument, memorial
Laundry: laundry, laundromat, launderette, dry cleaning, dry cleaner
Library: library
Mailbox: mailbox, post box, letter box
Marina: marina, yacht harbour
MiniGolf: mini golf, miniature golf, crazy golf
MovieTheater: movie theater, cinema, movies
Museum: museum, art gallery, gallery
MusicVenue: music venue, concert hall, concerts, live music, opera, opera house
NationalMonument: national monument
NationalPark: national park
Nightlife: nightlife, night club, nightclub, club, disco, casino
Park: park, garden, nature reserve
Parking: parking, car park, parking lot, parking garage
Pharmacy: pharmacy, chemist, drugstore
Planetarium: planetarium
Playground: playground
Police: police, police station
PostOffice: post office
PublicTransport: public transport, transit, station, stop
ReligiousSite: place of worship, church, mosque, synagogue, temple, cathedral, chapel, monastery
Restaurant: restaurant, dinner, lunch, eat
Restroom: restroom, toilet, toilets, WC, bathroom, public toilet
RockClimbing: rock climbing, climbing, bouldering, climbing gym
RVPark: RV park, caravan site, camper van site, motorhome
School: school, primary school, high school
SkatePark: skate park, skateboarding
Skating: skating, ice rink, ice skating, roller skating
Skiing: skiing, ski, ski resort, ski slope
Soccer: soccer, football, football pitch, soccer field
Spa: spa, sauna, massage, public bath
Stadium: stadium, arena
Store: store, shop, shopping
Surfing: surfing, surf
Swimming: swimming, swimming pool, pool
Tennis: tennis, tennis court
Theater: theatre, theater
University: university, college
Volleyball: volleyball, beach volleyball
Winery: winery, vineyard, wine tasting
Zoo: zoo
amenity=bar: bar, cocktails
amenity=bicycle_rental: bike rental, bicycle rental, bike hire
amenity=bureau_de_change: currency exchange, money exchange
amenity=car_wash: car wash
amenity=courthouse: courthouse, court
amenity=dentist: dentist
amenity=doctors: doctor, doctors, physician, GP
amenity=drinking_water: drinking water, water fountain
amenity=fast_food: fast food, takeaway
amenity=ice_cream: ice cream, ice cream parlour, gelato
amenity=kindergarten: kindergarten, nursery, preschool, daycare
amenity=pub: pub
amenity=taxi: taxi, taxi rank, cab
amenity=townhall: town hall, city hall
cuisine=burger: burger, hamburger, burgers
cuisine=chinese: Chinese restaurant, Chinese food, Chinese
cuisine=indian: Indian restaurant, Indian food, curry
cuisine=italian: Italian restaurant, Italian food, pasta
cuisine=japanese: Japanese restaurant, Japanese food
cuisine=kebab: kebab, doner
cuisine=mexican: Mexican restaurant, Mexican food, tacos
cuisine=pizza: pizza, pizzeria
cuisine=sushi: sushi
cuisine=thai: Thai restaurant, Thai food
cuisine=vegan: vegan restaurant, vegan
highway=bus_stop: bus stop, bus
amenity=bus_station: bus station
railway=station: train station, railway station, train
railway=subway_entrance: subway, metro, underground, tube
railway=tram_stop: tram stop, tram, streetcar
shop=alcohol: liquor store, off-licence, bottle shop
shop=bicycle: bike shop, bicycle shop
shop=books: bookshop, bookstore, books
shop=butcher: butcher, meat
shop=clothes: clothes shop, clothing store, clothes, fashion
shop=convenience: convenience store, corner shop
shop=department_store: department store
shop=doityourself: hardware store, DIY store, home improvement
shop=electronics: electronics store, electronics
shop=florist: florist, flowers, flower shop
shop=furniture: furniture store, furniture
shop=greengrocer: greengrocer, fruit, vegetables
shop=hairdresser: hairdresser, barber, haircut, hair salon
shop=jewelry: jeweller, jewelry store, jewellery
shop=kiosk: kiosk, newsstand
shop=mall: shopping centre, shopping center, mall, shopping mall
shop=optician: optician, glasses
shop=shoes: shoe shop, shoe store, shoes
shop=supermarket: supermarket
shop=toys: toy shop, toy store, toys
shop=wine: wine shop
tourism=hostel: hostel, youth hostel
tourism=information: tourist information, visitor centre
tourism=viewpoint: viewpoint, lookout, scenic view
"""
