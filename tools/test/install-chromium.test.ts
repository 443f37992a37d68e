import { spawnSync } from "node:child_process"
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { needs } from "@winnow/testing"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { installChromium, installedChromium } from "../src/chromium.mjs"

let scratch: string
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), "winnow-chromium-"))
	vi.spyOn(console, "error").mockImplementation(() => {})
	mkdirSync(at("bin"))
	writeFileSync(at("keys"), "")
})
afterEach(() => {
	vi.restoreAllMocks()
	rmSync(scratch, { recursive: true })
})

const at = (path: string) => join(scratch, path)
const log = () => (existsSync(at("log")) ? readFileSync(at("log"), "utf8").trim().split("\n") : [])
const cached = () => (existsSync(at("cache/winnow")) ? readdirSync(at("cache/winnow")) : [])

/** Stands in for a program: logs that it ran, and does what the script says. */
function program(name: string, script: string) {
	writeFileSync(at(`bin/${name}`), `#!/bin/sh\necho "${name} $1 $2" >> "${at("log")}"\n${script}\n`)
	chmodSync(at(`bin/${name}`), 0o755)
}

/** An apt that keeps its state where the configuration, its last argument, lies, and finds two packages, one of them the browser. */
function apt(script = ': > "$state/archives/browser.deb"; : > "$state/archives/library.deb"') {
	program("apt-get", `for last; do :; done; state=\${last%/*}; ${script}`)
}

/** Unpacks a browser that says where its libraries are looked for. */
function dpkg(browser = 'echo "$LD_LIBRARY_PATH" "$@"') {
	const file = "usr/lib/chromium/chromium-headless-shell"
	const unpack = `/bin/mkdir -p "$3/usr/lib/chromium" "$3/lib/x86_64-linux-gnu"
case "$2" in *browser.deb) printf '#!/bin/sh\\n%s\\n' '${browser}' > "$3/${file}"; /bin/chmod +x "$3/${file}" ;; esac`
	program("dpkg", unpack)
}

/** Finds the stand-ins first. */
const env = () => ({ PATH: `${at("bin")}:/usr/bin:/bin`, XDG_CACHE_HOME: at("cache") })
const install = (keys = at("keys")) => installChromium(env(), keys)

describe("the installation of Chromium", needs("a POSIX system"), () => {
	it("refuses a system that cannot tell Debian's packages from others", async () => {
		apt()
		await expect(install(at("nowhere"))).rejects.toThrow(
			/^chromium: the system must have apt-get and the keys of Debian's packages \(was without .*nowhere\)$/,
		)
		expect([log(), cached()]).toEqual([[], []])
	})

	it("makes a browser that finds its libraries, and keeps nothing else", async () => {
		apt()
		dpkg()
		const launcher = await install()
		expect(log().map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
			"apt-get update",
			"apt-get install",
			"dpkg -x",
			"dpkg -x",
		])
		expect(readdirSync(join(launcher, "..")).sort()).toEqual(["chromium", "lib", "usr"])
		const { stdout } = spawnSync(launcher, ["--headless", "a page"], { encoding: "utf8" })
		expect(stdout).toContain(join(launcher, "../lib/x86_64-linux-gnu"))
		expect(stdout).toMatch(/ --headless a page\n$/)
	})

	it("does nothing the second time", async () => {
		apt()
		dpkg()
		expect(installedChromium(env())).toBeUndefined()
		const launcher = await install()
		const ran = log()
		rmSync(at("bin"), { recursive: true })
		expect([await install(), installedChromium(env())]).toEqual([launcher, launcher])
		expect(log()).toEqual(ran)
	})

	it("leaves nothing when packages cannot be fetched, and says in one line why", async () => {
		apt("echo 'Err:1 bookworm'; echo 'E: Failed to fetch http://x  Could not connect'; echo 'E: Some failed'; exit 100")
		await expect(install()).rejects.toThrow(
			/^chromium: apt-get update .* must succeed \(was E: Failed to fetch http:\/\/x {2}Could not connect\)$/,
		)
		expect(cached()).toEqual([])
	})

	it("leaves nothing when the browser does not start", async () => {
		apt()
		dpkg("echo libnss3.so: cannot open shared object file >&2; exit 127")
		await expect(install()).rejects.toThrow(/^chromium: .* --version must succeed \(was libnss3\.so: cannot open .*\)$/)
		expect(cached()).toEqual([])
	})
})

it(
	"asks for packages by name and release, since Debian keeps no version but the last",
	needs("a POSIX system"),
	async () => {
		apt(`/bin/cp "$state/sources" "$state/status" "${scratch}"; exit 1`)
		await expect(install()).rejects.toThrow()
		expect(readFileSync(at("sources"), "utf8").trim().split("\n")).toEqual([
			`deb [signed-by=${at("keys")}] http://deb.debian.org/debian bookworm main`,
			`deb [signed-by=${at("keys")}] http://deb.debian.org/debian-security bookworm-security main`,
		])
		expect(readFileSync(at("status"), "utf8")).toContain("Package: libc6\nStatus: install ok installed\n")
	},
)
