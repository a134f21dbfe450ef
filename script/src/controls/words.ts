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
}

const NAMES = [
  "map", "zoomIn", "zoomOut", "resetNorth", "mapType", "standard", "mutedStandard", "hybrid", "satellite", "myLocation",
] as const;

const TABLE: Readonly<Record<string, string>> = {
  en: "Map|Zoom in|Zoom out|Turn north up|Map type|Standard|Muted|Hybrid|Satellite|My location",
  de: "Karte|Vergrößern|Verkleinern|Nach Norden ausrichten|Kartentyp|Standard|Gedämpft|Hybrid|Satellit|Mein Standort",
  fr: "Carte|Zoom avant|Zoom arrière|Orienter vers le nord|Type de carte|Standard|Atténué|Hybride|Satellite|Ma position",
  es: "Mapa|Acercar|Alejar|Orientar al norte|Tipo de mapa|Estándar|Atenuado|Híbrido|Satélite|Mi ubicación",
  it: "Mappa|Ingrandisci|Riduci|Orienta a nord|Tipo di mappa|Standard|Attenuata|Ibrida|Satellite|La mia posizione",
  nl: "Kaart|Inzoomen|Uitzoomen|Noorden boven|Kaarttype|Standaard|Gedempt|Hybride|Satelliet|Mijn locatie",
  pt: "Mapa|Aproximar|Afastar|Orientar para norte|Tipo de mapa|Padrão|Suave|Híbrido|Satélite|Minha localização",
  sv: "Karta|Zooma in|Zooma ut|Norr uppåt|Karttyp|Standard|Dämpad|Hybrid|Satellit|Min plats",
  fi: "Kartta|Lähennä|Loitonna|Pohjoinen ylös|Karttatyyppi|Tavallinen|Hillitty|Yhdistelmä|Satelliitti|Oma sijainti",
  ja: "地図|拡大|縮小|北を上にする|地図の種類|標準|控えめ|ハイブリッド|航空写真|現在地",
  zh: "地图|放大|缩小|指向正北|地图类型|标准|柔和|混合|卫星|我的位置",
};

/** The labels for a BCP 47 tag, by default in English. */
export function wordsFor(language: string): Words {
  const line = TABLE[language.toLowerCase().split("-")[0]!] ?? TABLE["en"]!;
  const words = line.split("|");
  return Object.fromEntries(NAMES.map((name, i) => [name, words[i]])) as unknown as Words;
}
