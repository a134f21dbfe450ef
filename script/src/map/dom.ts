/** Creates elements, and adds our style sheet to their root: a document, a frame's document, or a shadow root. */

import css from "../controls/look.css";

const SVG = "http://www.w3.org/2000/svg";
const sheets = new WeakMap<Document, CSSStyleSheet>();

type Attributes = Readonly<Record<string, string | number>>;

/** An element with a class and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  children: readonly (Node | string | null | undefined)[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** An SVG element with attributes and children. */
export function svg(name: string, attributes: Attributes, children: readonly (Node | string)[] = []): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  // As a style, because any rule of the page is stronger than an attribute.
  if (name === "svg") Object.assign(made.style, { width: `${attributes["width"]}px`, height: `${attributes["height"]}px` });
  made.append(...children);
  return made;
}

/** Add our style sheet to the root of `node`, once. */
export function dress(node: Node): void {
  const root = node.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot || "adoptedStyleSheets" in root)) return;
  const place = root as Document | ShadowRoot;
  const page = root.nodeType === Node.DOCUMENT_NODE ? (root as Document) : root.ownerDocument!;
  let sheet = sheets.get(page);
  if (!sheet) {
    sheet = new (page.defaultView ?? window).CSSStyleSheet();
    // Each class counts threefold, so that rules of the page such as ".content button" do not change ours.
    sheet.replaceSync(css.replace(/\.mk-[\w-]+/g, "$&$&$&"));
    sheets.set(page, sheet);
  }
  if (!place.adoptedStyleSheets.includes(sheet)) place.adoptedStyleSheets = [...place.adoptedStyleSheets, sheet];
}

/** Whether the user prefers reduced motion. */
export function prefersLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
