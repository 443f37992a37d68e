import { WinnowError } from "./winnow-error.ts"

/** Something that is right in itself and that Winnow does not do: refused, never approximated. */
export class UnsupportedError extends WinnowError {}
