/** Constants that build.mjs inserts into the code. */
declare const __BUILD__: string;
declare const __MAPLIBRE__: string;
declare const __MAPLIBRE_WORKER__: string;
declare const __MAPLIBRE_SHARED__: string;
declare const __LIBRARIES_CHUNK__: string;

declare module "*.css" {
  const text: string;
  export default text;
}
