"""Polish words for kinds of places."""

NEARBY = "Szukaj w pobliżu"

WORDS = """
Airport: lotnisko, port lotniczy
AirportGate: bramka
AirportTerminal: terminal
AmusementPark: park rozrywki, wesołe miasteczko
AnimalService: weterynarz, lecznica dla zwierząt, schronisko dla zwierząt
Aquarium: akwarium, oceanarium
ATM: bankomat
AutomotiveRepair: warsztat samochodowy, mechanik, wulkanizacja
Bakery: piekarnia, cukiernia, pieczywo
Bank: bank
Baseball: baseball
Basketball: koszykówka
Beach: plaża
Beauty: salon kosmetyczny, kosmetyczka, paznokcie
Bowling: kręgle, kręgielnia
Brewery: browar
Cafe: kawiarnia, kawa
Campground: kemping, pole namiotowe
CarRental: wypożyczalnia samochodów, wynajem samochodów
Castle: zamek, pałac
ConventionCenter: centrum kongresowe, centrum konferencyjne
Distillery: gorzelnia, destylarnia
EVCharger: stacja ładowania, ładowarka
Fairground: tereny targowe
FireStation: straż pożarna
Fishing: wędkarstwo, łowisko
FitnessCenter: siłownia, klub fitness
FoodMarket: sklep spożywczy, targ, targowisko
Fortress: twierdza
GasStation: stacja benzynowa, stacja paliw, paliwo
GoKart: gokarty
Golf: pole golfowe, golf
Hiking: szlak turystyczny, szlak
Hospital: szpital, klinika, pogotowie
Hotel: hotel, nocleg, noclegi, pensjonat
Kayaking: kajaki, kajak
Landmark: zabytek, atrakcja turystyczna, pomnik
Laundry: pralnia
Library: biblioteka
Mailbox: skrzynka pocztowa
Marina: przystań, port jachtowy
MiniGolf: minigolf
MovieTheater: kino
Museum: muzeum, galeria sztuki
MusicVenue: sala koncertowa, filharmonia, opera
NationalMonument: pomnik narodowy
NationalPark: park narodowy
Nightlife: klub nocny, dyskoteka, kasyno
Park: park, ogród, rezerwat przyrody
Parking: parking
Pharmacy: apteka, leki
Planetarium: planetarium
Playground: plac zabaw
Police: policja, komisariat
PostOffice: poczta, urząd pocztowy
PublicTransport: transport publiczny, komunikacja miejska, przystanek
ReligiousSite: kościół, meczet, synagoga, kaplica, klasztor, cerkiew
Restaurant: restauracja, obiad, kolacja
Restroom: toaleta, toalety, toaleta publiczna
RockClimbing: wspinaczka, ścianka wspinaczkowa
RVPark: parking dla kamperów
School: szkoła, liceum
SkatePark: skatepark
Skating: lodowisko, łyżwy
Skiing: narty, stok narciarski, ośrodek narciarski
Soccer: piłka nożna, boisko piłkarskie
Spa: spa, sauna, masaż
Stadium: stadion
Store: sklep, sklepy, zakupy
Surfing: surfing
Swimming: basen, pływalnia
Tennis: tenis, kort tenisowy
Theater: teatr
University: uniwersytet, uczelnia, politechnika
Volleyball: siatkówka
Winery: winnica
Zoo: zoo, ogród zoologiczny
amenity=bar: bar
amenity=bicycle_rental: wypożyczalnia rowerów, rower miejski
amenity=bureau_de_change: kantor, wymiana walut
amenity=bus_station: dworzec autobusowy
amenity=car_wash: myjnia, myjnia samochodowa
amenity=courthouse: sąd
amenity=dentist: dentysta, stomatolog
amenity=doctors: lekarz, przychodnia
amenity=drinking_water: woda pitna
amenity=fast_food: bar szybkiej obsługi, fast food
amenity=ice_cream: lodziarnia, lody
amenity=kindergarten: przedszkole, żłobek
amenity=pub: pub
amenity=taxi: taxi, taksówka, postój taksówek
amenity=townhall: ratusz, urząd miasta, urząd gminy
cuisine=burger: burgery, hamburger
cuisine=chinese: restauracja chińska, kuchnia chińska
cuisine=indian: restauracja indyjska, kuchnia indyjska
cuisine=italian: restauracja włoska, kuchnia włoska
cuisine=japanese: restauracja japońska, kuchnia japońska
cuisine=kebab: kebab
cuisine=mexican: restauracja meksykańska, kuchnia meksykańska
cuisine=pizza: pizzeria, pizza
cuisine=sushi: sushi
cuisine=thai: restauracja tajska, kuchnia tajska
cuisine=vegan: restauracja wegańska, wegańska
highway=bus_stop: przystanek autobusowy, autobus
railway=station: dworzec kolejowy, stacja kolejowa, pociąg
railway=subway_entrance: metro
railway=tram_stop: przystanek tramwajowy, tramwaj
shop=alcohol: sklep monopolowy, monopolowy
shop=bicycle: sklep rowerowy
shop=books: księgarnia, książki
shop=butcher: sklep mięsny, rzeźnik
shop=clothes: sklep odzieżowy, ubrania, odzież
shop=convenience: sklep osiedlowy
shop=department_store: dom towarowy
shop=doityourself: market budowlany, sklep budowlany
shop=electronics: sklep elektroniczny, elektronika
shop=florist: kwiaciarnia, kwiaty
shop=furniture: sklep meblowy, meble
shop=greengrocer: warzywniak, warzywa i owoce
shop=hairdresser: fryzjer, salon fryzjerski
shop=jewelry: jubiler, biżuteria
shop=kiosk: kiosk
shop=mall: centrum handlowe, galeria handlowa
shop=optician: optyk, okulary
shop=shoes: sklep obuwniczy, buty
shop=supermarket: supermarket
shop=toys: sklep z zabawkami, zabawki
shop=wine: sklep z winem
tourism=hostel: hostel, schronisko młodzieżowe
tourism=information: informacja turystyczna
tourism=viewpoint: punkt widokowy
"""
