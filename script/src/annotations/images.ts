/** Images from pages: URLs by pixel ratio, elements, promises of these, or a delegate. */

export type ImageSource = HTMLImageElement | HTMLCanvasElement | ImageBitmap | OffscreenCanvas;
export type ImageHashObject = Record<string, string | undefined>;
export interface ImageDelegate {
  getImage?(ratio: number): Promise<string | ImageSource | undefined>;
  getImageUrl?(ratio: number, callback: (url: string | null) => void): void;
}
export type ImageLike = ImageDelegate | ImageHashObject | ImageSource | Promise<ImageSource> | string;

function isDelegate(image: object): image is ImageDelegate {
  return "getImage" in image || "getImageUrl" in image;
}

function isSource(image: object): image is ImageSource {
  return ["HTMLImageElement", "HTMLCanvasElement", "ImageBitmap", "OffscreenCanvas"].some(name => {
    const type = (globalThis as unknown as Record<string, (new () => unknown) | undefined>)[name];
    return type !== undefined && image instanceof type;
  });
}

/** The URL for a pixel ratio: the next larger one, else the largest. */
function addressFor(image: ImageHashObject, ratio: number): { url: string; ratio: number } | null {
  const ratios = Object.keys(image)
    .map(Number)
    .filter(key => key > 0 && image[key])
    .sort((a, b) => a - b);
  const best = ratios.find(key => key >= ratio) ?? ratios.at(-1);
  return best === undefined ? null : { url: image[best]!, ratio: best };
}

async function askDelegate(delegate: ImageDelegate, ratio: number): Promise<string | ImageSource | null> {
  if (delegate.getImage) return (await delegate.getImage(ratio)) ?? null;
  return new Promise(resolve => delegate.getImageUrl!(ratio, resolve));
}

function toElement(source: string | ImageSource, ratio: number): HTMLElement {
  if (typeof source === "string") {
    const made = new Image();
    made.decoding = "async";
    made.alt = "";
    made.draggable = false;
    if (ratio !== 1) made.addEventListener("load", () => (made.width = made.naturalWidth / ratio), { once: true });
    made.src = source;
    return made;
  }
  if (source instanceof HTMLImageElement || source instanceof HTMLCanvasElement) return source;
  const canvas = document.createElement("canvas");
  canvas.width = source.width;
  canvas.height = source.height;
  canvas.style.width = `${source.width / ratio}px`;
  canvas.getContext("2d")?.drawImage(source, 0, 0);
  return canvas;
}

/** An element that shows `image`; null if it has no URL. */
export async function imageElement(image: ImageLike, ratio = devicePixelRatio): Promise<HTMLElement | null> {
  if (typeof image === "string") return toElement(image, 1);
  const given = await image;
  if (typeof given === "string" || isSource(given)) return toElement(given, 1);
  if (isDelegate(given)) {
    const found = await askDelegate(given, ratio);
    return found ? toElement(found, typeof found === "string" ? Math.max(1, Math.round(ratio)) : 1) : null;
  }
  const address = addressFor(given, ratio);
  return address ? toElement(address.url, address.ratio) : null;
}
