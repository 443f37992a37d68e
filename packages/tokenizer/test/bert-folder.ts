import { fileURLToPath } from "node:url"

/** The vocabulary of google-research/bert's bert-base-uncased (Apache-2.0), in the files of an older model. */
export const bertFolder = fileURLToPath(new URL("fixtures/bert", import.meta.url))
