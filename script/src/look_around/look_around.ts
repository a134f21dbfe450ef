/** Look Around without imagery: the classes exist, and report by their documented error that there is no imagery. */

import { LookAroundBadgePosition, LookAroundReadyState } from "../core/enumerations";
import { Emitter } from "../events/emitter";
import { Padding, type PaddingData } from "../geometry/padding";
import { dress, element } from "../map/dom";
import { findParent } from "../map/values";

/** The views of this page. */
export const lookAroundViews: AbstractLookAround[] = [];

const MESSAGE = "There is no Look Around imagery: OpenStreetMap has no pictures of streets.";

export interface LookAroundOptions {
  padding?: PaddingData;
  isNavigationEnabled?: boolean;
  isZoomEnabled?: boolean;
  isScrollEnabled?: boolean;
  showsRoadLabels?: boolean;
  showsPointsOfInterest?: boolean;
  openDialog?: boolean;
  showsDialogControl?: boolean;
  showsCloseControl?: boolean;
  badgePosition?: LookAroundBadgePosition;
}

/** The scene of a view. Pages never get one, because there is no imagery. */
export class LookAroundScene {
  copy(): LookAroundScene {
    return new LookAroundScene();
  }
}

export abstract class AbstractLookAround extends Emitter {
  static readonly ReadyStates = LookAroundReadyState;

  readonly #element = element("div", "mk-look-around", [element("p", "mk-look-around-text", [MESSAGE])]);
  #state: LookAroundReadyState = LookAroundReadyState.Loading;
  #padding: Padding;
  scene: LookAroundScene | null = null;
  openDialog: boolean;
  isNavigationEnabled: boolean;
  isZoomEnabled: boolean;
  isScrollEnabled: boolean;
  showsRoadLabels: boolean;
  showsPointsOfInterest: boolean;

  constructor(parent?: string | HTMLElement | null, _location?: unknown, options: LookAroundOptions = {}) {
    super();
    findParent(parent, "LookAround")?.append(this.#element);
    dress(this.#element);
    this.#padding = new Padding(options.padding ?? {});
    this.openDialog = options.openDialog ?? false;
    this.isNavigationEnabled = options.isNavigationEnabled ?? true;
    this.isZoomEnabled = options.isZoomEnabled ?? true;
    this.isScrollEnabled = options.isScrollEnabled ?? true;
    this.showsRoadLabels = options.showsRoadLabels ?? true;
    this.showsPointsOfInterest = options.showsPointsOfInterest ?? true;
    lookAroundViews.push(this);
    setTimeout(() => this.#fail());
  }

  get element(): HTMLDivElement {
    return this.#element;
  }

  get readyState(): LookAroundReadyState {
    return this.#state;
  }

  get padding(): Padding {
    return this.#padding;
  }

  set padding(value: PaddingData) {
    this.#padding = new Padding(value);
  }

  destroy(): void {
    const index = lookAroundViews.indexOf(this);
    if (index >= 0) lookAroundViews.splice(index, 1);
    this.#element.remove();
    this.#become(LookAroundReadyState.Destroyed);
  }

  #fail(): void {
    if (this.#state === LookAroundReadyState.Destroyed) return;
    this.#become(LookAroundReadyState.Error);
    this.dispatchEvent(new CustomEvent("error", { detail: { type: "availability-error", message: MESSAGE } }));
  }

  #become(state: LookAroundReadyState): void {
    this.#state = state;
    this.emit("readystatechange");
  }
}

export class LookAround extends AbstractLookAround {
  static override readonly ReadyStates = LookAroundReadyState;
  showsDialogControl: boolean;
  showsCloseControl: boolean;

  constructor(parent?: string | HTMLElement | null, location?: unknown, options: LookAroundOptions = {}) {
    super(parent, location, options);
    this.showsDialogControl = options.showsDialogControl ?? false;
    this.showsCloseControl = options.showsCloseControl ?? false;
  }
}

export class LookAroundPreview extends AbstractLookAround {
  static override readonly ReadyStates = LookAroundReadyState;
  static readonly BadgePositions = LookAroundBadgePosition;
  badgePosition: LookAroundBadgePosition;

  constructor(parent?: string | HTMLElement | null, location?: unknown, options: LookAroundOptions = {}) {
    super(parent, location, options);
    this.badgePosition = options.badgePosition ?? LookAroundBadgePosition.TopLeading;
  }

  override destroy(): void {
    super.destroy();
  }
}
