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
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { installLibtensorflow } from "../libtensorflow/install-libtensorflow.mjs"
import { root } from "../src/workspace.mjs"

let scratch: string
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), "winnow-libtensorflow-"))
	vi.spyOn(console, "error").mockImplementation(() => {})
})
afterEach(() => {
	vi.restoreAllMocks()
	rmSync(scratch, { recursive: true })
})

const at = (path: string) => join(scratch, path)
const write = (path: string, text: string) => {
	mkdirSync(dirname(at(path)), { recursive: true })
	writeFileSync(at(path), text)
}
const log = () => (existsSync(at("log")) ? readFileSync(at("log"), "utf8").trim().split("\n") : [])
const cached = () => (existsSync(at("cache/winnow")) ? readdirSync(at("cache/winnow")) : [])

/** A workspace as pnpm leaves it: the package is there, its binding is not. */
function clone(name: string) {
	write(`${name}/node_modules/@tensorflow/tfjs-node-gpu/package.json`, JSON.stringify({ version: "4.22.0" }))
	return at(name)
}

/** Stands in for a program: logs that it ran, and does what the script says. */
function program(name: string, script = "") {
	write(
		`bin/${name}`,
		`#!/bin/sh\ncase "$*" in *--version) exit ;; esac\necho "${name} $*" >> "${at("log")}"\n${script}\n`,
	)
	chmodSync(at(`bin/${name}`), 0o755)
}

const makeFolder = (option: string) => `while [ $# -gt 0 ]; do [ "$1" = ${option} ] && /bin/mkdir -p "$2"; shift; done`
const makeFile = `while [ $# -gt 0 ]; do [ "$1" = -o ] && echo binding > "$2"; shift; done`

function allPrograms() {
	program(
		"python3",
		`case "$*" in *unpack.py*) /bin/mkdir -p "$2/tensorflow/include" ;; *) ${makeFolder("--dest")} ;; esac`,
	)
	program("npm")
	program("g++", makeFile)
}

/** Finds the programs of `bin` only, and thinks it is on a system that there are pins for. */
function install(workspace: string, options = {}) {
	const env = { PATH: at("bin"), XDG_CACHE_HOME: at("cache") }
	return installLibtensorflow({ workspace, env, system: "linux x64", ...options })
}

const binding = (workspace: string) =>
	readFileSync(join(workspace, "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node"), "utf8")

describe("the installation of libtensorflow", () => {
	it("names all that is missing in one line and fetches nothing", async () => {
		program("npm")
		await expect(install(clone("one"))).rejects.toThrow(
			/^libtensorflow: these must be in the PATH: python3 with pip, g\+\+ \(was missing; on Debian: apt-get install python3-pip g\+\+\)$/,
		)
		expect([log(), cached()]).toEqual([[], []])
	})

	it("refuses a system that it has no pins for", async () => {
		const refusal = /^libtensorflow: the system must be linux x64 with glibc \(was darwin arm64\)$/
		await expect(install(clone("one"), { system: "darwin arm64" })).rejects.toThrow(refusal)
	})

	it("asks for pip, not for Python alone", async () => {
		allPrograms()
		write("bin/python3", "#!/bin/sh\nexit 1\n")
		await expect(install(clone("one"))).rejects.toThrow(/: python3 with pip \(was missing/)
	})

	it("does nothing the second time, and for a second clone makes only the link", async () => {
		allPrograms()
		const [one, two] = [clone("one"), clone("two")]
		const { folder } = await install(one)
		const ran = log()
		expect(ran.map((line) => line.split(" ")[0])).toEqual(["python3", "python3", "npm", "g++"])

		rmSync(at("bin"), { recursive: true })
		expect(await install(one)).toEqual({ folder, seconds: 0 })
		expect(await install(two)).toMatchObject({ folder })
		expect([binding(one), binding(two), log()]).toEqual(["binding\n", "binding\n", ran])
	})

	it("makes the library again when the cache was cleared", async () => {
		allPrograms()
		const one = clone("one")
		await install(one)
		rmSync(at("cache"), { recursive: true })
		await install(one)
		expect(binding(one)).toBe("binding\n")
	})

	it("leaves nothing when it fails, and says in one line why", async () => {
		allPrograms()
		program("g++", "echo 'In file included from'; echo 'x.cc:1: fatal error: c_api.h: No such file'; echo more; exit 1")
		await expect(install(clone("one"))).rejects.toThrow(
			/^libtensorflow: g\+\+ .* must succeed \(was x\.cc:1: fatal error: .*\)$/,
		)
		expect(cached()).toEqual([])
	})

	it("removes what a killed installation left", async () => {
		allPrograms()
		const { folder } = await install(clone("one"))
		rmSync(folder, { recursive: true })
		const { pid } = spawnSync(process.execPath, ["--version"])
		mkdirSync(`${folder}.part-${pid}`)
		await install(clone("one"))
		expect(cached().map((name) => join(at("cache/winnow"), name))).toEqual([folder])
	})

	it("keeps CPU and CUDA apart and links what was asked for last", async () => {
		allPrograms()
		const one = clone("one")
		const cpu = await install(one)
		const cuda = await install(one, { gpu: true })
		expect(cuda.folder).not.toBe(cpu.folder)
		expect(cached()).toHaveLength(2)
		writeFileSync(join(cuda.folder, "tfjs_binding.node"), "cuda")
		expect(binding(one)).toBe("cuda")
		await install(one)
		expect(binding(one)).toBe("binding\n")
	})

	it("says what to do where the package itself is missing", async () => {
		await expect(install(at("nowhere"))).rejects.toThrow(
			/^libtensorflow: @tensorflow\/tfjs-node-gpu must be installed, which `pnpm install` does \(was missing\)$/,
		)
	})
})

it("pins every wheel and every npm package by a hash", () => {
	const pins = (file: string) => readFileSync(join(root, "tools/libtensorflow/pins", file), "utf8")
	for (const file of ["requirements-cpu.txt", "requirements-cuda.txt"])
		for (const line of pins(file).trim().split("\n")) expect(line).toMatch(/^[\w-]+==[\d.]+ --hash=sha256:[\da-f]{64}$/)
	const { packages } = JSON.parse(pins("package-lock.json"))
	for (const [path, { integrity }] of Object.entries<{ integrity?: string }>(packages))
		if (path !== "") expect(integrity).toMatch(/^sha512-/)
})
