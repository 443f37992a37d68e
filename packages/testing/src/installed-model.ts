/** The variable by which `npm test` says where a model lies. */
export function modelVariable(name: string): string {
	return `WINNOW_MODEL_${name.toUpperCase().replaceAll("-", "_")}`
}

/**
 * Folder of a model of real weights that `pnpm install-models` fetched. A test that uses it needs it: `needs("all-minilm-l6-v2")`.
 *
 * @throws {Error} when it is not there
 */
export function installedModel(name: string): string {
	const variable = modelVariable(name)
	const folder = process.env[variable] ?? "none"
	if (folder === "none") throw new Error(`${name} is missing: set ${variable} to what \`pnpm install-models\` prints`)
	return folder
}
