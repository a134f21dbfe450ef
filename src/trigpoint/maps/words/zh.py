"""Chinese words for kinds of places."""

NEARBY = "搜索附近"

WORDS = """
Airport: 机场, 機場
AirportGate: 登机口, 登機口
AirportTerminal: 航站楼, 航站樓, 航廈
AmusementPark: 游乐园, 遊樂園, 主题公园, 主題樂園
AnimalService: 宠物医院, 寵物醫院, 兽医, 獸醫
Aquarium: 水族馆, 水族館
ATM: 自动取款机, 自動提款機, ATM
AutomotiveRepair: 汽车修理, 汽車修理, 修车, 修車
Bakery: 面包店, 麵包店
Bank: 银行, 銀行
Baseball: 棒球场, 棒球場, 棒球
Basketball: 篮球场, 籃球場, 篮球, 籃球
Beach: 海滩, 海灘, 沙滩, 沙灘
Beauty: 美容院, 美容, 美甲
Bowling: 保龄球, 保齡球
Brewery: 啤酒厂, 啤酒廠, 精酿啤酒
Cafe: 咖啡馆, 咖啡館, 咖啡店, 咖啡厅, 咖啡廳, 咖啡
Campground: 露营地, 露營地
CarRental: 租车, 租車
Castle: 城堡
ConventionCenter: 会议中心, 會議中心, 会展中心, 展覽中心
Distillery: 酿酒厂, 蒸餾廠
EVCharger: 充电站, 充電站, 充电桩
Fairground: 游乐场地, 節慶場地
FireStation: 消防站, 消防局
Fishing: 钓鱼, 釣魚
FitnessCenter: 健身房, 健身中心, 健身
FoodMarket: 食品店, 菜市场, 菜市場, 市场, 市場
Fortress: 要塞, 堡垒, 堡壘
GasStation: 加油站
GoKart: 卡丁车, 卡丁車
Golf: 高尔夫球场, 高爾夫球場, 高尔夫
Hiking: 徒步, 登山步道, 健行
Hospital: 医院, 醫院, 诊所, 診所
Hotel: 酒店, 宾馆, 賓館, 旅馆, 旅館, 飯店, 住宿
Kayaking: 皮划艇, 獨木舟
Landmark: 地标, 地標, 景点, 景點, 名胜, 纪念碑, 紀念碑
Laundry: 洗衣店, 干洗店, 乾洗店
Library: 图书馆, 圖書館
Mailbox: 邮筒, 郵筒, 信箱
Marina: 游艇码头, 遊艇碼頭
MiniGolf: 迷你高尔夫, 迷你高爾夫
MovieTheater: 电影院, 電影院, 影院
Museum: 博物馆, 博物館, 美术馆, 美術館
MusicVenue: 音乐厅, 音樂廳
NationalMonument: 国家纪念碑, 國家紀念碑
NationalPark: 国家公园, 國家公園
Nightlife: 夜店, 夜生活, 夜总会, 夜總會
Park: 公园, 公園, 花园, 花園
Parking: 停车场, 停車場
Pharmacy: 药店, 藥局, 药房, 藥房
Planetarium: 天文馆, 天文館
Playground: 游乐场, 遊樂場
Police: 警察局, 派出所, 公安局
PostOffice: 邮局, 郵局
PublicTransport: 公共交通, 公共運輸, 车站, 車站
ReligiousSite: 寺庙, 寺廟, 教堂, 清真寺
Restaurant: 餐厅, 餐廳, 饭店, 餐馆, 餐館, 美食
Restroom: 洗手间, 洗手間, 厕所, 廁所, 公厕
RockClimbing: 攀岩
RVPark: 房车营地, 露營車營地
School: 学校, 學校, 小学, 小學, 中学, 中學
SkatePark: 滑板公园, 滑板公園
Skating: 溜冰场, 溜冰場, 滑冰
Skiing: 滑雪场, 滑雪場, 滑雪
Soccer: 足球场, 足球場, 足球
Spa: 水疗, 水療, 按摩, 温泉, 溫泉, 桑拿
Stadium: 体育场, 體育場
Store: 商店, 店铺, 購物
Surfing: 冲浪, 衝浪
Swimming: 游泳池, 泳池, 游泳
Tennis: 网球场, 網球場, 网球, 網球
Theater: 剧院, 劇院, 剧场, 劇場
University: 大学, 大學
Volleyball: 排球
Winery: 酒庄, 酒莊
Zoo: 动物园, 動物園
amenity=bar: 酒吧
amenity=bicycle_rental: 自行车租赁, 自行車租借
amenity=bureau_de_change: 外币兑换, 外幣兌換
amenity=car_wash: 洗车, 洗車
amenity=courthouse: 法院
amenity=dentist: 牙科, 牙医, 牙醫
amenity=doctors: 医生, 醫生
amenity=drinking_water: 饮用水, 飲用水
amenity=fast_food: 快餐, 速食
amenity=ice_cream: 冰淇淋
amenity=kindergarten: 幼儿园, 幼稚園, 幼兒園
amenity=pub: 酒馆, 酒館
amenity=taxi: 出租车, 計程車, 的士
amenity=townhall: 市政厅, 市政廳, 市政府
cuisine=burger: 汉堡, 漢堡
cuisine=chinese: 中餐, 中餐厅, 中餐廳
cuisine=indian: 印度菜, 印度餐厅
cuisine=italian: 意大利菜, 義大利菜
cuisine=japanese: 日本料理, 日料
cuisine=kebab: 烤肉串, 沙威瑪
cuisine=mexican: 墨西哥菜
cuisine=pizza: 披萨, 披薩, 比萨
cuisine=sushi: 寿司, 壽司
cuisine=thai: 泰国菜, 泰國菜
cuisine=vegan: 纯素, 純素
highway=bus_stop: 公交站, 公車站, 巴士站
amenity=bus_station: 长途汽车站, 客運站
railway=station: 火车站, 火車站
railway=subway_entrance: 地铁, 地鐵, 捷運
railway=tram_stop: 有轨电车, 電車站
shop=alcohol: 酒类商店, 酒類商店
shop=bicycle: 自行车店, 自行車店
shop=books: 书店, 書店
shop=butcher: 肉店, 肉铺
shop=clothes: 服装店, 服裝店, 衣服
shop=convenience: 便利店, 便利商店
shop=department_store: 百货商店, 百貨公司
shop=doityourself: 五金店, 家居建材
shop=electronics: 电器店, 電器店
shop=florist: 花店
shop=furniture: 家具店, 傢俱店
shop=greengrocer: 水果店, 蔬果店
shop=hairdresser: 理发店, 理髮店, 美发, 美髮
shop=jewelry: 珠宝店, 珠寶店
shop=kiosk: 报刊亭, 書報攤
shop=mall: 购物中心, 購物中心, 商场, 商場
shop=optician: 眼镜店, 眼鏡店
shop=shoes: 鞋店
shop=supermarket: 超市, 超级市场, 超級市場
shop=toys: 玩具店, 玩具
shop=wine: 葡萄酒专卖店, 葡萄酒專賣店
tourism=hostel: 青年旅舍, 青年旅館
tourism=information: 旅游咨询, 旅遊服務中心
tourism=viewpoint: 观景台, 觀景台
"""
