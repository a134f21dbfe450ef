"""Other spellings of a text in Han characters: simplified and traditional, and a city without its ending."""

from collections.abc import Iterator

_TRADITIONAL = (
    "萬與東絲兩嚴喪個豐臨為麗舉義烏樂喬習鄉書買亂爭雲亞產畝親億僅從侖倉儀們價眾優會傘偉傳傷倫偽體餘傭俠侶僑儉債傾"
    "償兒黨蘭關興養獸內岡冊寫軍農馮沖決況凍淨準涼減湊幾鳳憑凱擊劉則剛創刪別劑劍動務勞勢勝區醫華協單賣盧衛廠廳歷厲壓"
    "廁縣參雙發變敘葉號嘆嚇聽啟吳員周響啞嘩喚嗎嘗圍圖圓國園團聖場壞塊堅壇壩墳墜壘墾壯聲殼處備複夠頭奪奮獎奧婦媽嬌"
    "孫學寧寶實審憲宮寬賓寢對尋導壽將爾塵嘗屆屬屢嶼歲島峽崗嶄嶺嶽鞏幣帥師帳帶幫庫應廟龐廢開異棄張彌彎彈強歸當錄彥徹徑"
    "後憶懷態戀惡悅懸驚懼慘慣憤戲戰戶撲執擴掃揚擾撫拋護報擔擬攏揀擁攔擇掛擋掙擠揮撈損換據擲攝攜攤敵數斬斷無舊時曠曇"
    "顯曉暈暫術機殺雜權條來楊極構樣槍楓櫃檸標棧棟欄樹橋樺檔橫櫻歡歐殘殯毆畢氣氫漢湯溝沒瀝淪滄瀘潑澤潔灑淺漿澆濁測濟"
    "渾濃濤澇淵漁滲溫灣濕滿濱灘濰瀾滅燈靈災爐煉熱煥燒愛爺牆犧狀獨獄貓獻瑪環現瓊電畫暢療瘋癢發皺盞鹽監蓋盜盤盧眾著睜"
    "瞞礦碼磚確礙禮禪禍離種積稱穩窮竊競筆築簡籃籬類糧糞緊紅紀級紡約紋純紗納紛紙線組細終紹經結繞繪給絡絕統絹繼績續維綿綱"
    "網綜綠綢編緩緣縫縣縱總繩繳罰羅羨習聯職腎腫腳腦臉臘臟艦蘆蘇蘋範莖薦莊葉蔣藍藝藥蘭虛蟲蝦螞蠶補裝複襯見規視覽覺觀"
    "觸計訂認討讓訓議記講許論設訪證評識訴詞譯試詩話誠詢該詳語誤說請諸課調談謀謝謠譚貝負財貢貧貨販貫貴貸費貿賀資賈賓賽贊"
    "贈贏趙趕躍踐車軌軍軒轉輪軟輕載較輔輛輝輸轄達遷過運還這進遠違連遲適選遜遞遼遺邊鄒郵鄧鄭鄰醬釋裡鑒針釘釣鈕錢鉛鉤銀"
    "銅鋁鋼錄鋒鎖鍋錯錦鍵鎮鏡鐘鐵鑰長門閃閉問閑間閩聞閣閱闊隊陽陰陣階際陸陳險隨隱難雛霧靜鞏韋韓頁頂項順須頓預領頗頭"
    "題顏額願類飄風飛飯飲飾館餅餓馬駐駕驗駱驅驛騎騰髮鬆鬥魚魯鮮鯨鳥雞鳴鴨鴻鵝鶴鷹麥黃點齊齒龍龜臺灣衆裏線峯羣牀豬啓"
    "紐鋪駛銘錫鉅鈴銳諾謙諮譽賴購賢賦贛陝顧駿鴉薩蓮訊齋燦猶獅磯稅穀縮纜肅艙蕭遙邏鍾閏頤鬧鵬鷺壢滬瀏灕漲瀋嶗嵐巒崑崙噸"
    "堯夾婁幹廈廣敗晉棗榮樞檢涇漸煙瑋盡綏緬織罷聶脈萊葦蒼誼讀貞賬辦迴遊闢隴駝鶯龔塗綫巖佈佔週鷗鵲獲傑薑麵夢墊樓瑤碩蠻"
    "餃饒駁蘿業劇"
)
_SIMPLIFIED = (
    "万与东丝两严丧个丰临为丽举义乌乐乔习乡书买乱争云亚产亩亲亿仅从仑仓仪们价众优会伞伟传伤伦伪体余佣侠侣侨俭债倾"
    "偿儿党兰关兴养兽内冈册写军农冯冲决况冻净准凉减凑几凤凭凯击刘则刚创删别剂剑动务劳势胜区医华协单卖卢卫厂厅历厉压"
    "厕县参双发变叙叶号叹吓听启吴员周响哑哗唤吗尝围图圆国园团圣场坏块坚坛坝坟坠垒垦壮声壳处备复够头夺奋奖奥妇妈娇"
    "孙学宁宝实审宪宫宽宾寝对寻导寿将尔尘尝届属屡屿岁岛峡岗崭岭岳巩币帅师帐带帮库应庙庞废开异弃张弥弯弹强归当录彦彻径"
    "后忆怀态恋恶悦悬惊惧惨惯愤戏战户扑执扩扫扬扰抚抛护报担拟拢拣拥拦择挂挡挣挤挥捞损换据掷摄携摊敌数斩断无旧时旷昙"
    "显晓晕暂术机杀杂权条来杨极构样枪枫柜柠标栈栋栏树桥桦档横樱欢欧残殡殴毕气氢汉汤沟没沥沦沧泸泼泽洁洒浅浆浇浊测济"
    "浑浓涛涝渊渔渗温湾湿满滨滩潍澜灭灯灵灾炉炼热焕烧爱爷墙牺状独狱猫献玛环现琼电画畅疗疯痒发皱盏盐监盖盗盘卢众着睁"
    "瞒矿码砖确碍礼禅祸离种积称稳穷窃竞笔筑简篮篱类粮粪紧红纪级纺约纹纯纱纳纷纸线组细终绍经结绕绘给络绝统绢继绩续维绵纲"
    "网综绿绸编缓缘缝县纵总绳缴罚罗羡习联职肾肿脚脑脸腊脏舰芦苏苹范茎荐庄叶蒋蓝艺药兰虚虫虾蚂蚕补装复衬见规视览觉观"
    "触计订认讨让训议记讲许论设访证评识诉词译试诗话诚询该详语误说请诸课调谈谋谢谣谭贝负财贡贫货贩贯贵贷费贸贺资贾宾赛赞"
    "赠赢赵赶跃践车轨军轩转轮软轻载较辅辆辉输辖达迁过运还这进远违连迟适选逊递辽遗边邹邮邓郑邻酱释里鉴针钉钓钮钱铅钩银"
    "铜铝钢录锋锁锅错锦键镇镜钟铁钥长门闪闭问闲间闽闻阁阅阔队阳阴阵阶际陆陈险随隐难雏雾静巩韦韩页顶项顺须顿预领颇头"
    "题颜额愿类飘风飞饭饮饰馆饼饿马驻驾验骆驱驿骑腾发松斗鱼鲁鲜鲸鸟鸡鸣鸭鸿鹅鹤鹰麦黄点齐齿龙龟台湾众里线峰群床猪启"
    "纽铺驶铭锡钜铃锐诺谦咨誉赖购贤赋赣陕顾骏鸦萨莲讯斋灿犹狮矶税谷缩缆肃舱萧遥逻钟闰颐闹鹏鹭坜沪浏漓涨沈崂岚峦昆仑吨"
    "尧夹娄干厦广败晋枣荣枢检泾渐烟玮尽绥缅织罢聂脉莱苇苍谊读贞账办回游辟陇驼莺龚涂线岩布占周鸥鹊获杰姜面梦垫楼瑶硕蛮"
    "饺饶驳萝业剧"
)
_TO_SIMPLIFIED = dict(zip(map(ord, _TRADITIONAL), _SIMPLIFIED, strict=True))
_TO_TRADITIONAL = {ord(there): here for here, there in reversed(list(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))}

_ENDINGS = ("市", "시")
_OF_CITIES = ("", "市", "特区", "特别市")
LEAST_LETTERS, LONGEST, LONGEST_CITY = 3, 100, 8


def simplified(text: str) -> str:
    """Return a text in simplified characters."""
    return text.translate(_TO_SIMPLIFIED)


def other_han(text: str) -> Iterator[str]:
    """Yield the text without the word for a city at its end, in simplified and in traditional characters, where that differs."""
    if text.isascii() or len(text) > LONGEST:
        return
    plain = text.strip()
    if plain.endswith(_ENDINGS) and len(plain) >= LEAST_LETTERS:
        yield plain[:-1]
    for table in (_TO_SIMPLIFIED, _TO_TRADITIONAL):
        other = plain.translate(table)
        if other != plain:
            yield other
            if other.endswith(_ENDINGS) and len(other) >= LEAST_LETTERS:
                yield other[:-1]


def city_spellings(text: str) -> Iterator[str]:
    """Yield how a city may be written besides a text: in simplified characters, and with what cities have at the end of their names."""
    plain = text.strip()
    if plain.isascii() or len(plain) > LONGEST_CITY:
        return
    other = simplified(plain)
    for ending in _OF_CITIES:
        if f"{other}{ending}" != plain:
            yield f"{other}{ending}"
