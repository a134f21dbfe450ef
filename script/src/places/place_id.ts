/** The Place ID of an OpenStreetMap object, computed as on the server (trigpoint.maps.place_ids). */

const NUMBER_BITS = 49n;
const HALF_BITS = 26n;
const HALF_MASK = (1n << HALF_BITS) - 1n;
const ROUND_KEYS = [0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn, 0xd6e8feb86659fd93n] as const;
const WORD = (1n << 64n) - 1n;
const SOURCES: Readonly<Record<string, bigint>> = { n: 0n, w: 1n, r: 2n };

function mix(half: bigint, key: bigint): bigint {
  const product = ((half + 1n) * key) & WORD;
  return ((product ^ (product >> 29n)) >> 20n) & HALF_MASK;
}

function stir(plain: bigint): bigint {
  let [left, right] = [plain >> HALF_BITS, plain & HALF_MASK];
  for (const key of ROUND_KEYS) [left, right] = [right, left ^ mix(right, key)];
  return (left << HALF_BITS) | right;
}

/** CRC-12 (polynomial 0x80F) of 52 bits written as 7 bytes, highest bit first. */
function crc(payload: bigint): bigint {
  let register = 0xfff;
  for (let shift = 48n; shift >= 0n; shift -= 8n) {
    const byte = Number((payload >> shift) & 0xffn);
    for (let bit = 7; bit >= 0; bit--) {
      const top = ((register >> 11) & 1) ^ ((byte >> bit) & 1);
      register = ((register << 1) & 0xfff) ^ (top ? 0x80f : 0);
    }
  }
  return BigInt(register);
}

/** The Place ID of a `ref` such as `n123`, `w456` or `r789`; null for anything else. */
export function placeIdOf(ref: string): string | null {
  const [, kind, number] = /^([nwr])(\d{1,15})$/.exec(ref) ?? [];
  if (!kind || !number || BigInt(number) >> NUMBER_BITS) return null;
  const payload = stir((SOURCES[kind]! << NUMBER_BITS) | BigInt(number));
  return `I${((payload << 12n) | crc(payload)).toString(16).toUpperCase().padStart(15, "0")}`;
}
