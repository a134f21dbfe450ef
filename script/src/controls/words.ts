/** The labels of the controls, in common languages. */

export interface Words {
  readonly map: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly resetNorth: string;
  readonly mapType: string;
  readonly standard: string;
  readonly mutedStandard: string;
  readonly hybrid: string;
  readonly satellite: string;
  readonly myLocation: string;
  /** The subtitle of a cluster; {n} is the number of its members beside the first. */
  readonly more: string;
}

const NAMES = [
  "map", "zoomIn", "zoomOut", "resetNorth", "mapType", "standard", "mutedStandard", "hybrid", "satellite", "myLocation",
  "more",
] as const;

const TABLE: Readonly<Record<string, string>> = {
  en: "Map|Zoom in|Zoom out|Turn north up|Map type|Standard|Muted|Hybrid|Satellite|My location|+{n} more",
  de: "Karte|Vergrößern|Verkleinern|Nach Norden ausrichten|Kartentyp|Standard|Gedämpft|Hybrid|Satellit|Mein Standort|+{n} weitere",
  fr: "Carte|Zoom avant|Zoom arrière|Orienter vers le nord|Type de carte|Standard|Atténué|Hybride|Satellite|Ma position|+{n} autres",
  es: "Mapa|Acercar|Alejar|Orientar al norte|Tipo de mapa|Estándar|Atenuado|Híbrido|Satélite|Mi ubicación|+{n} más",
  it: "Mappa|Ingrandisci|Riduci|Orienta a nord|Tipo di mappa|Standard|Attenuata|Ibrida|Satellite|La mia posizione|+{n} altri",
  nl: "Kaart|Inzoomen|Uitzoomen|Noorden boven|Kaarttype|Standaard|Gedempt|Hybride|Satelliet|Mijn locatie|+{n} meer",
  pt: "Mapa|Aproximar|Afastar|Orientar para norte|Tipo de mapa|Padrão|Suave|Híbrido|Satélite|Minha localização|+{n} mais",
  sv: "Karta|Zooma in|Zooma ut|Norr uppåt|Karttyp|Standard|Dämpad|Hybrid|Satellit|Min plats|+{n} till",
  fi: "Kartta|Lähennä|Loitonna|Pohjoinen ylös|Karttatyyppi|Tavallinen|Hillitty|Yhdistelmä|Satelliitti|Oma sijainti|+{n} muuta",
  ja: "地図|拡大|縮小|北を上にする|地図の種類|標準|控えめ|ハイブリッド|航空写真|現在地|他{n}件",
  zh: "地图|放大|缩小|指向正北|地图类型|标准|柔和|混合|卫星|我的位置|另外 {n} 个",
  ar: "خريطة|تكبير|تصغير|توجيه نحو الشمال|نوع الخريطة|قياسية|هادئة|مختلطة|قمر صناعي|موقعي|+{n} أخرى",
  he: "מפה|התקרבות|התרחקות|הפניה צפונה|סוג מפה|רגילה|עמומה|משולבת|לוויין|המיקום שלי|+{n} נוספים",
  da: "Kort|Zoom ind|Zoom ud|Nord opad|Korttype|Standard|Dæmpet|Hybrid|Satellit|Min placering|+{n} mere",
  nb: "Kart|Zoom inn|Zoom ut|Nord opp|Karttype|Standard|Dempet|Hybrid|Satellitt|Min posisjon|+{n} til",
  pl: "Mapa|Powiększ|Pomniejsz|Północ u góry|Typ mapy|Standardowa|Stonowana|Hybrydowa|Satelitarna|Moje położenie|+{n} więcej",
  cs: "Mapa|Přiblížit|Oddálit|Otočit na sever|Typ mapy|Standardní|Tlumená|Hybridní|Satelitní|Moje poloha|+{n} další",
  ru: "Карта|Приблизить|Отдалить|На север|Тип карты|Стандартная|Приглушённая|Гибрид|Спутник|Моё местоположение|ещё {n}",
  uk: "Карта|Збільшити|Зменшити|На північ|Тип карти|Стандартна|Приглушена|Гібрид|Супутник|Моє місце|ще {n}",
  tr: "Harita|Yakınlaştır|Uzaklaştır|Kuzeye çevir|Harita türü|Standart|Sade|Karma|Uydu|Konumum|+{n} tane daha",
  ko: "지도|확대|축소|북쪽을 위로|지도 유형|표준|차분하게|하이브리드|위성|내 위치|외 {n}개",
};

/** Languages that are written from right to left: controls and callouts are mirrored. */
const RIGHT_TO_LEFT = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"]);

/** Other names of the languages in the table. */
const SAME: Readonly<Record<string, string>> = { iw: "he", no: "nb", nn: "nb" };

function languageOf(tag: string): string {
  const language = tag.toLowerCase().split("-")[0]!;
  return SAME[language] ?? language;
}

/** The direction of a BCP 47 tag. */
export function directionOf(tag: string): "rtl" | "ltr" {
  return RIGHT_TO_LEFT.has(languageOf(tag)) ? "rtl" : "ltr";
}

/** The labels for a BCP 47 tag, by default in English. */
export function wordsFor(language: string): Words {
  const line = TABLE[languageOf(language)] ?? TABLE["en"]!;
  const words = line.split("|");
  return Object.fromEntries(NAMES.map((name, i) => [name, words[i]])) as unknown as Words;
}
