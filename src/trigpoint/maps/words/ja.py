"""Japanese words for kinds of places."""

NEARBY = "周辺を検索"

WORDS = """
Airport: 空港, 飛行場
AirportGate: 搭乗口
AirportTerminal: 空港ターミナル
AmusementPark: 遊園地, テーマパーク
AnimalService: 動物病院, 獣医, ペットサロン
Aquarium: 水族館
ATM: ATM, 現金自動預払機
AutomotiveRepair: 自動車修理, 自動車整備
Bakery: パン屋, ベーカリー, ケーキ屋
Bank: 銀行
Baseball: 野球場, 野球
Basketball: バスケットボール
Beach: ビーチ, 海水浴場, 砂浜
Beauty: 美容, エステ, ネイルサロン, 化粧品
Bowling: ボウリング場, ボウリング
Brewery: ビール醸造所, 酒造
Cafe: カフェ, 喫茶店, コーヒー
Campground: キャンプ場
CarRental: レンタカー
Castle: 城
ConventionCenter: コンベンションセンター, 会議場, 展示場
Distillery: 蒸留所
EVCharger: 充電スタンド, EV充電
Fairground: 催事場
FireStation: 消防署
Fishing: 釣り, 釣り場
FitnessCenter: フィットネスクラブ, ジム, スポーツジム
FoodMarket: 食料品店, 市場
Fortress: 要塞
GasStation: ガソリンスタンド, 給油所
GoKart: ゴーカート
Golf: ゴルフ場, ゴルフ
Hiking: ハイキング, 登山道
Hospital: 病院, クリニック
Hotel: ホテル, 旅館, 宿泊
Kayaking: カヤック, カヌー
Landmark: ランドマーク, 観光名所, 名所
Laundry: クリーニング店, コインランドリー
Library: 図書館
Mailbox: 郵便ポスト, ポスト
Marina: マリーナ
MiniGolf: ミニゴルフ
MovieTheater: 映画館
Museum: 博物館, 美術館, ギャラリー
MusicVenue: コンサートホール, ライブハウス
NationalMonument: 国定記念物
NationalPark: 国立公園
Nightlife: ナイトクラブ, ナイトライフ
Park: 公園, 庭園
Parking: 駐車場, パーキング
Pharmacy: 薬局, 薬屋
Planetarium: プラネタリウム
Playground: 遊び場
Police: 警察署, 交番, 警察
PostOffice: 郵便局
PublicTransport: 公共交通機関, 停留所
ReligiousSite: 神社, 寺, 寺院, 教会, モスク
Restaurant: レストラン, 食堂, ランチ, ディナー
Restroom: トイレ, お手洗い, 公衆トイレ
RockClimbing: クライミング, ボルダリング
RVPark: RVパーク
School: 学校, 小学校, 中学校, 高校
SkatePark: スケートパーク, スケートボード
Skating: スケートリンク, スケート
Skiing: スキー場, スキー
Soccer: サッカー場, サッカー
Spa: スパ, 温泉, 銭湯, サウナ, マッサージ
Stadium: スタジアム, 競技場
Store: 店, ショップ, 買い物
Surfing: サーフィン
Swimming: プール, 水泳
Tennis: テニスコート, テニス
Theater: 劇場
University: 大学
Volleyball: バレーボール
Winery: ワイナリー
Zoo: 動物園
amenity=bar: バー
amenity=bicycle_rental: レンタサイクル
amenity=bureau_de_change: 両替所, 両替
amenity=car_wash: 洗車場, 洗車
amenity=courthouse: 裁判所
amenity=dentist: 歯医者, 歯科
amenity=doctors: 医院, 医者, 診療所
amenity=drinking_water: 水飲み場
amenity=fast_food: ファストフード
amenity=ice_cream: アイスクリーム
amenity=kindergarten: 幼稚園, 保育園
amenity=pub: パブ, 居酒屋
amenity=taxi: タクシー乗り場, タクシー
amenity=townhall: 市役所, 区役所, 役場
cuisine=burger: ハンバーガー
cuisine=chinese: 中華料理, 中華
cuisine=indian: インド料理, カレー
cuisine=italian: イタリア料理, イタリアン
cuisine=japanese: 日本料理, 和食
cuisine=kebab: ケバブ
cuisine=mexican: メキシコ料理
cuisine=pizza: ピザ, ピザ屋
cuisine=sushi: 寿司, すし, 寿司屋
cuisine=thai: タイ料理
cuisine=vegan: ビーガン
highway=bus_stop: バス停, バス停留所
amenity=bus_station: バスターミナル
railway=station: 駅, 鉄道駅
railway=subway_entrance: 地下鉄
railway=tram_stop: 路面電車
shop=alcohol: 酒屋
shop=bicycle: 自転車屋
shop=books: 書店, 本屋
shop=butcher: 肉屋, 精肉店
shop=clothes: 衣料品店, 洋服屋, 服
shop=convenience: コンビニ, コンビニエンスストア
shop=department_store: デパート, 百貨店
shop=doityourself: ホームセンター
shop=electronics: 家電量販店, 家電
shop=florist: 花屋
shop=furniture: 家具店, 家具
shop=greengrocer: 八百屋
shop=hairdresser: 美容院, 理髪店, 床屋
shop=jewelry: 宝石店
shop=kiosk: キオスク, 売店
shop=mall: ショッピングモール, ショッピングセンター
shop=optician: 眼鏡店, メガネ
shop=shoes: 靴屋, 靴
shop=supermarket: スーパー, スーパーマーケット
shop=toys: おもちゃ屋, おもちゃ
shop=wine: ワインショップ
tourism=hostel: ホステル, ユースホステル
tourism=information: 観光案内所
tourism=viewpoint: 展望台
"""
