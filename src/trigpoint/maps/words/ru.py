"""Russian words for kinds of places."""

# ruff: noqa: RUF001 (the letters of the language)

NEARBY = "Искать рядом"

WORDS = """
Airport: аэропорт, аэродром
AirportGate: выход на посадку
AirportTerminal: терминал аэропорта
AmusementPark: парк развлечений, парк аттракционов
AnimalService: ветеринар, ветеринарная клиника, приют для животных
Aquarium: аквариум, океанариум
ATM: банкомат
AutomotiveRepair: автосервис, автомастерская, шиномонтаж
Bakery: пекарня, булочная, кондитерская
Bank: банк
Baseball: бейсбол
Basketball: баскетбол
Beach: пляж
Beauty: салон красоты, косметика, маникюр
Bowling: боулинг
Brewery: пивоварня
Cafe: кафе, кофейня, кофе
Campground: кемпинг
CarRental: прокат автомобилей, аренда автомобилей
Castle: замок
ConventionCenter: конгресс-центр, выставочный центр
Distillery: винокурня
EVCharger: зарядная станция, зарядка для электромобилей
Fairground: ярмарочная площадь
FireStation: пожарная часть, пожарная станция
Fishing: рыбалка
FitnessCenter: фитнес-центр, фитнес, спортзал, тренажёрный зал
FoodMarket: продукты, гастроном, рынок
Fortress: крепость, форт
GasStation: заправка, АЗС, автозаправка, бензин
GoKart: картинг
Golf: гольф, поле для гольфа
Hiking: поход, пешеходный маршрут
Hospital: больница, клиника, госпиталь
Hotel: гостиница, отель, жильё
Kayaking: байдарки, каяк
Landmark: достопримечательность, памятник, достопримечательности
Laundry: прачечная, химчистка
Library: библиотека
Mailbox: почтовый ящик
Marina: яхтенная гавань, марина
MiniGolf: мини-гольф
MovieTheater: кинотеатр, кино
Museum: музей, галерея
MusicVenue: концертный зал, филармония, концерты
NationalMonument: национальный памятник
NationalPark: национальный парк
Nightlife: ночной клуб, ночная жизнь, казино
Park: парк, сад, заповедник
Parking: парковка, стоянка, автостоянка
Pharmacy: аптека
Planetarium: планетарий
Playground: детская площадка
Police: полиция, отделение полиции
PostOffice: почта, почтовое отделение
PublicTransport: общественный транспорт, остановка
ReligiousSite: храм, церковь, мечеть, синагога, собор, монастырь
Restaurant: ресторан, поесть
Restroom: туалет, общественный туалет
RockClimbing: скалолазание, скалодром
RVPark: автокемпинг
School: школа
SkatePark: скейтпарк
Skating: каток
Skiing: горнолыжный курорт, лыжи
Soccer: футбол, футбольное поле
Spa: спа, сауна, баня, массаж
Stadium: стадион
Store: магазин, покупки
Surfing: сёрфинг
Swimming: бассейн, плавание
Tennis: теннис, теннисный корт
Theater: театр
University: университет, институт, вуз
Volleyball: волейбол
Winery: винодельня
Zoo: зоопарк
amenity=bar: бар
amenity=bicycle_rental: прокат велосипедов
amenity=bureau_de_change: обмен валюты
amenity=car_wash: автомойка
amenity=courthouse: суд
amenity=dentist: стоматология, стоматолог
amenity=doctors: врач, поликлиника
amenity=drinking_water: питьевая вода
amenity=fast_food: фастфуд, быстрое питание
amenity=ice_cream: мороженое
amenity=kindergarten: детский сад
amenity=pub: паб
amenity=taxi: такси
amenity=townhall: мэрия, администрация, ратуша
cuisine=burger: бургеры, бургер
cuisine=chinese: китайский ресторан, китайская кухня
cuisine=indian: индийский ресторан, индийская кухня
cuisine=italian: итальянский ресторан, итальянская кухня
cuisine=japanese: японский ресторан, японская кухня
cuisine=kebab: шаурма, кебаб
cuisine=mexican: мексиканский ресторан
cuisine=pizza: пицца, пиццерия
cuisine=sushi: суши
cuisine=thai: тайский ресторан
cuisine=vegan: веганский ресторан
highway=bus_stop: автобусная остановка, автобус
amenity=bus_station: автовокзал, автостанция
railway=station: вокзал, железнодорожная станция, поезд
railway=subway_entrance: метро
railway=tram_stop: трамвайная остановка, трамвай
shop=alcohol: алкоголь
shop=bicycle: велосипедный магазин
shop=books: книжный магазин, книги
shop=butcher: мясной магазин, мясо
shop=clothes: магазин одежды, одежда
shop=convenience: минимаркет, магазин у дома
shop=department_store: универмаг
shop=doityourself: строительный магазин, стройматериалы
shop=electronics: магазин электроники, электроника
shop=florist: цветочный магазин, цветы
shop=furniture: мебельный магазин, мебель
shop=greengrocer: овощи и фрукты
shop=hairdresser: парикмахерская, барбершоп
shop=jewelry: ювелирный магазин
shop=kiosk: киоск
shop=mall: торговый центр
shop=optician: оптика, очки
shop=shoes: магазин обуви, обувь
shop=supermarket: супермаркет
shop=toys: магазин игрушек, игрушки
shop=wine: винный магазин
tourism=hostel: хостел
tourism=information: туристическая информация
tourism=viewpoint: смотровая площадка
"""
