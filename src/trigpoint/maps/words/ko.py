"""Korean words for kinds of places."""

NEARBY = "주변 검색"

WORDS = """
Airport: 공항
AirportGate: 탑승구
AirportTerminal: 공항 터미널, 여객터미널
AmusementPark: 놀이공원, 테마파크
AnimalService: 동물병원, 수의사, 애견미용
Aquarium: 아쿠아리움, 수족관
ATM: 현금인출기, 현금지급기
AutomotiveRepair: 자동차정비소, 카센터, 정비소
Bakery: 빵집, 베이커리, 제과점
Bank: 은행
Baseball: 야구장, 야구
Basketball: 농구장, 농구
Beach: 해변, 해수욕장
Beauty: 미용, 네일샵, 피부관리
Bowling: 볼링장, 볼링
Brewery: 양조장, 맥주양조장
Cafe: 카페, 커피, 커피숍
Campground: 캠핑장, 야영장
CarRental: 렌터카, 자동차대여
Castle: 성, 궁
ConventionCenter: 컨벤션센터, 전시장
Distillery: 증류소
EVCharger: 전기차충전소, 충전소
Fairground: 박람회장
FireStation: 소방서
Fishing: 낚시터, 낚시
FitnessCenter: 헬스장, 피트니스센터
FoodMarket: 시장, 식료품점
Fortress: 요새, 산성
GasStation: 주유소
GoKart: 카트장
Golf: 골프장, 골프
Hiking: 등산로, 등산
Hospital: 병원, 응급실, 의원
Hotel: 호텔, 숙박, 모텔, 펜션
Kayaking: 카약
Landmark: 명소, 관광지, 기념물
Laundry: 세탁소, 빨래방
Library: 도서관
Mailbox: 우체통
Marina: 마리나
MiniGolf: 미니골프
MovieTheater: 영화관, 극장
Museum: 박물관, 미술관
MusicVenue: 공연장, 콘서트홀, 오페라하우스
NationalMonument: 국립기념물
NationalPark: 국립공원
Nightlife: 나이트클럽, 클럽, 카지노
Park: 공원, 정원
Parking: 주차장, 주차
Pharmacy: 약국
Planetarium: 천문관, 플라네타륨
Playground: 놀이터
Police: 경찰서, 파출소, 경찰
PostOffice: 우체국
PublicTransport: 대중교통, 정류장
ReligiousSite: 교회, 성당, 절, 사찰, 사원
Restaurant: 음식점, 식당, 레스토랑, 맛집
Restroom: 화장실, 공중화장실
RockClimbing: 암벽등반, 클라이밍
RVPark: 오토캠핑장
School: 학교, 초등학교, 중학교, 고등학교
SkatePark: 스케이트파크
Skating: 스케이트장, 아이스링크
Skiing: 스키장, 스키
Soccer: 축구장, 축구
Spa: 스파, 찜질방, 사우나, 마사지
Stadium: 경기장, 스타디움
Store: 가게, 상점, 쇼핑
Surfing: 서핑
Swimming: 수영장, 수영
Tennis: 테니스장, 테니스
Theater: 연극, 소극장
University: 대학교, 대학
Volleyball: 배구장, 배구
Winery: 와이너리
Zoo: 동물원
amenity=bar: 바, 술집
amenity=bicycle_rental: 자전거대여소, 공공자전거
amenity=bureau_de_change: 환전소, 환전
amenity=bus_station: 버스터미널
amenity=car_wash: 세차장, 세차
amenity=courthouse: 법원
amenity=dentist: 치과
amenity=doctors: 의사, 내과
amenity=drinking_water: 식수대, 음수대
amenity=fast_food: 패스트푸드
amenity=ice_cream: 아이스크림
amenity=kindergarten: 유치원, 어린이집
amenity=pub: 호프, 펍
amenity=taxi: 택시, 택시승강장
amenity=townhall: 시청, 구청, 주민센터
cuisine=burger: 햄버거, 버거
cuisine=chinese: 중국집, 중식당, 중국음식
cuisine=indian: 인도음식점, 인도음식
cuisine=italian: 이탈리아음식점, 이탈리아음식
cuisine=japanese: 일식당, 일식
cuisine=kebab: 케밥
cuisine=mexican: 멕시코음식점, 멕시코음식
cuisine=pizza: 피자집, 피자
cuisine=sushi: 초밥집, 초밥, 스시
cuisine=thai: 태국음식점, 태국음식
cuisine=vegan: 비건식당, 비건
highway=bus_stop: 버스정류장, 버스 정류장, 버스
railway=station: 기차역, 역, 기차
railway=subway_entrance: 지하철역, 지하철
railway=tram_stop: 트램
shop=alcohol: 주류판매점
shop=bicycle: 자전거점, 자전거가게
shop=books: 서점, 책방
shop=butcher: 정육점
shop=clothes: 옷가게, 의류
shop=convenience: 편의점
shop=department_store: 백화점
shop=doityourself: 철물점
shop=electronics: 전자제품점, 전자제품
shop=florist: 꽃집
shop=furniture: 가구점, 가구
shop=greengrocer: 채소가게, 과일가게
shop=hairdresser: 미용실, 이발소
shop=jewelry: 보석상, 귀금속점
shop=kiosk: 매점
shop=mall: 쇼핑몰, 쇼핑센터
shop=optician: 안경점
shop=shoes: 신발가게, 신발
shop=supermarket: 슈퍼마켓, 마트, 슈퍼
shop=toys: 장난감가게, 장난감
shop=wine: 와인샵
tourism=hostel: 호스텔, 게스트하우스
tourism=information: 관광안내소
tourism=viewpoint: 전망대
"""
