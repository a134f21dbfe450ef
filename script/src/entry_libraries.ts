/** The chunk of libraries that mapkit.core.js loads. */

export { parts } from "./parts";
