"""Chinese (traditional script) words for kinds of places."""

NEARBY = "搜尋附近"

WORDS = """
Airport: 機場
AirportGate: 登機口
AirportTerminal: 航廈, 航站樓
AmusementPark: 遊樂園, 主題樂園
AnimalService: 動物醫院, 獸醫
Aquarium: 水族館
ATM: 提款機, 自動提款機, 櫃員機
AutomotiveRepair: 汽車維修, 修車
Bakery: 麵包店
Bank: 銀行
Baseball: 棒球場
Basketball: 籃球場
Beach: 海灘, 沙灘
Beauty: 美容院
Bowling: 保齡球館
Brewery: 啤酒廠
Cafe: 咖啡廳, 咖啡館, 咖啡店
Campground: 露營地, 營地
CarRental: 租車
Castle: 城堡
ConventionCenter: 會議中心, 展覽館
Distillery: 蒸餾廠
EVCharger: 充電站
Fairground: 節慶場地
FireStation: 消防局
Fishing: 釣魚
FitnessCenter: 健身房
FoodMarket: 食品店, 市場
Fortress: 要塞, 堡壘
GasStation: 加油站
GoKart: 卡丁車
Golf: 高爾夫球場
Hiking: 健行, 登山步道
Hospital: 醫院
Hotel: 飯店, 旅館, 酒店
Kayaking: 獨木舟
Landmark: 地標, 景點
Laundry: 洗衣店
Library: 圖書館
Mailbox: 郵筒
Marina: 遊艇碼頭
MiniGolf: 迷你高爾夫
MovieTheater: 電影院, 戲院
Museum: 博物館, 美術館
MusicVenue: 音樂廳
NationalMonument: 國家紀念碑
NationalPark: 國家公園
Nightlife: 夜店, 夜生活
Park: 公園
Parking: 停車場
Pharmacy: 藥局, 藥房
Planetarium: 天文館
Playground: 遊戲場, 遊樂場
Police: 警察局, 派出所
PostOffice: 郵局
PublicTransport: 大眾運輸, 車站
ReligiousSite: 寺廟, 教堂, 宗教場所
Restaurant: 餐廳, 餐館
Restroom: 洗手間, 廁所, 公廁
RockClimbing: 攀岩
RVPark: 露營車營地
School: 學校
SkatePark: 滑板公園
Skating: 溜冰場
Skiing: 滑雪場
Soccer: 足球場
Spa: 水療, 溫泉, 按摩
Stadium: 體育場
Store: 商店
Surfing: 衝浪
Swimming: 游泳池
Tennis: 網球場
Theater: 劇院, 劇場
University: 大學
Volleyball: 排球場
Winery: 酒莊
Zoo: 動物園
amenity=bar: 酒吧
amenity=bicycle_rental: 自行車租借, 單車租借
amenity=bureau_de_change: 外幣兌換
amenity=bus_station: 客運站, 轉運站
amenity=car_wash: 洗車
amenity=courthouse: 法院
amenity=dentist: 牙醫
amenity=doctors: 診所, 醫生
amenity=drinking_water: 飲用水
amenity=fast_food: 速食, 快餐店
amenity=ice_cream: 冰淇淋
amenity=kindergarten: 幼兒園, 幼稚園
amenity=pub: 酒館
amenity=taxi: 計程車, 的士
amenity=townhall: 市政府
cuisine=burger: 漢堡
cuisine=chinese: 中餐廳, 中菜
cuisine=indian: 印度餐廳
cuisine=italian: 義大利餐廳
cuisine=japanese: 日本料理
cuisine=kebab: 沙威瑪
cuisine=mexican: 墨西哥餐廳
cuisine=pizza: 披薩
cuisine=sushi: 壽司
cuisine=thai: 泰國餐廳
cuisine=vegan: 純素餐廳
highway=bus_stop: 公車站, 巴士站
railway=station: 火車站
railway=subway_entrance: 捷運, 地鐵
railway=tram_stop: 電車站
shop=alcohol: 酒類商店
shop=bicycle: 自行車店, 單車店
shop=books: 書店
shop=butcher: 肉鋪
shop=clothes: 服飾店, 服裝店
shop=convenience: 便利商店, 超商
shop=department_store: 百貨公司
shop=doityourself: 五金行
shop=electronics: 電器行
shop=florist: 花店
shop=furniture: 家具店, 傢俬店
shop=greengrocer: 蔬果店, 水果行
shop=hairdresser: 理髮店, 髮廊
shop=jewelry: 珠寶店
shop=kiosk: 書報攤
shop=mall: 購物中心, 商場
shop=optician: 眼鏡行
shop=shoes: 鞋店
shop=supermarket: 超市, 超級市場
shop=toys: 玩具店
shop=wine: 葡萄酒專賣店
tourism=hostel: 青年旅館
tourism=information: 旅遊服務中心
tourism=viewpoint: 觀景台
"""
