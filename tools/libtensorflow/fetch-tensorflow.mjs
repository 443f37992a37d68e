import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runOrExplain } from "../src/run-or-explain.mjs"

/** Which wheels, with their hashes. */
export const requirementsFile = (/** @type {boolean} */ gpu) => `pins/requirements-${gpu ? "cuda" : "cpu"}.txt`

/** The wheels' own tags and not those of the Python that happens to be here: its modules are not used. */
const wheelsFor = ["--platform=manylinux_2_27_x86_64", "--platform=manylinux2014_x86_64", "--python-version=3.11"]

/**
 * Puts TensorFlow's libraries and the headers of its C interface into `site-packages`, laid out as pip would: that is how the
 * libraries find each other.
 *
 * @param {string} folder
 * @param {{ gpu: boolean, env: NodeJS.ProcessEnv }} options
 */
export async function fetchTensorflow(folder, { gpu, env }) {
	const wheels = join(folder, "wheels")
	console.error(`libtensorflow: fetching TensorFlow from PyPI (${gpu ? "3.3 GB" : "274 MB"}), once`)
	const pins = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", path(requirementsFile(gpu))]
	const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
	await runOrExplain("python3", [...pip, ...wheelsFor, ...pins, "--dest", wheels], env)
	const files = readdirSync(wheels).map((file) => join(wheels, file))
	await runOrExplain("python3", [path("unpack.py"), join(folder, "site-packages"), ...files], env)
	rmSync(wheels, { recursive: true })
}

function path(/** @type {string} */ relative) {
	return fileURLToPath(new URL(relative, import.meta.url))
}
