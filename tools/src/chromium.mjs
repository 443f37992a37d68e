import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache-folder.mjs"
import { makeWhole } from "./make-whole.mjs"
import { runOrExplain } from "./run-or-explain.mjs"
import { SetUpError } from "./set-up.mjs"

const debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg"

// Pinned by name and release: of the versions of a release, Debian's archive keeps the last.
const chromium = "chromium-headless-shell"
const sources = [
	"http://deb.debian.org/debian bookworm main",
	"http://deb.debian.org/debian-security bookworm-security main",
]

/** C's own library is the system's; programs of a desktop, no headless browser starts. */
const without = ["libc6", "x11-utils", "xdg-utils"]

/** Chromium's own libraries lie beside it, all others where Debian has them, which no loader looks at in here. */
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
libraries=$(printf '%s:' "$here"/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu/pulseaudio)
LD_LIBRARY_PATH=\${libraries%:} FONTCONFIG_SYSROOT=$here exec "$here/usr/lib/chromium/${chromium}" "$@"
`

/** @param {NodeJS.ProcessEnv} env */
function launcherPath(env) {
	return join(cacheFolder("chromium", [chromium, ...sources, ...without, launcher].join("\n"), env), "chromium")
}

/** The launcher of headless Chromium, if that was made: `pnpm install-chromium`. */
export function installedChromium(env = process.env) {
	const path = launcherPath(env)
	return existsSync(path) ? path : undefined
}

/**
 * Makes headless Chromium from Debian's packages, once. Nothing is installed in the system: packages are fetched by an apt with a
 * state of its own, and unpacked.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [keys] - what Debian signs its packages with
 * @returns {Promise<string>} the path of its launcher, which takes Chromium's options
 * @throws {SetUpError} when that fails, in one line
 */
export async function installChromium(env = process.env, keys = debianKeys) {
	const known = installedChromium(env)
	if (known !== undefined) return known
	if (!existsSync(keys))
		throw new SetUpError(
			`chromium: the system must have apt-get and the keys of Debian's packages (was without ${keys})`,
		)
	const path = launcherPath(env)
	const folder = join(path, "..")
	console.error(`chromium: making ${folder} once (about 350 MB)`)
	const start = performance.now()
	await makeWhole(folder, async (part) => {
		for (const archive of await fetchPackages(join(part, "apt"), keys, env))
			await runOrExplain("dpkg", ["-x", archive, part], env, "chromium")
		rmSync(join(part, "apt"), { recursive: true })
		writeFileSync(join(part, "chromium"), launcher)
		chmodSync(join(part, "chromium"), 0o755)
		await runOrExplain(join(part, "chromium"), ["--version"], env, "chromium")
	})
	console.error(`chromium: made in ${((performance.now() - start) / 1000).toFixed(1)} s`)
	return path
}

/**
 * Fetches Chromium's package and all that it depends on, whatever the system has already.
 *
 * @param {string} folder - for the state of this apt
 * @param {string} keys
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} the packages' files
 */
async function fetchPackages(folder, keys, env) {
	for (const name of ["lists/partial", "archives/partial"]) mkdirSync(join(folder, name), { recursive: true })
	const installed = without.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 9999\n`)
	writeFileSync(join(folder, "status"), installed.map((text) => `${text}Architecture: all\n`).join("\n"))
	writeFileSync(join(folder, "sources"), sources.map((source) => `deb [signed-by=${keys}] ${source}\n`).join(""))
	writeFileSync(join(folder, "apt.conf"), aptConfiguration(folder))
	const options = ["--quiet", "--yes", "--config-file", join(folder, "apt.conf")]
	await runOrExplain("apt-get", ["update", ...options], env, "chromium")
	await runOrExplain("apt-get", ["install", "--download-only", chromium, ...options], env, "chromium")
	const files = readdirSync(join(folder, "archives")).filter((name) => name.endsWith(".deb"))
	return files.map((name) => join(folder, "archives", name))
}

/**
 * Takes from the system's apt how to reach the network, and neither its sources, preferences, state nor what it does after an
 * update.
 *
 * @param {string} folder
 */
function aptConfiguration(folder) {
	return `#clear APT::Update;
APT::Update::Error-Mode "any";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Debug::NoLocking "true";
Dir::State "${folder}/";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/";
Dir::Etc::sourcelist "${folder}/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
`
}
