import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readFile, rename, rm } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

/**
 * The Python of a virtual environment with the packages of a requirements file, made once in the user's cache directory under a hash of
 * its pins.
 */
export async function pythonWith(requirements: string): Promise<string> {
	const hash = createHash("sha256")
		.update(await readFile(requirements))
		.digest("hex")
		.slice(0, 12)
	const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "winnow")
	const environment = join(cache, `python-${hash}`)
	if (!existsSync(join(environment, "complete"))) {
		console.error(`bench: making ${environment} once (about 3 GB)`)
		await rm(environment, { recursive: true, force: true })
		await mkdir(cache, { recursive: true })
		await command("python3", ["-m", "venv", environment])
		const pip = join(environment, "bin", "python")
		await command(pip, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
		await mkdir(join(environment, "complete.part"), { recursive: true })
		await rename(join(environment, "complete.part"), join(environment, "complete"))
	}
	return join(environment, "bin", "python")
}

function command(program: string, args: readonly string[]): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: ["ignore", process.stderr, process.stderr] })
		child.on("error", reject)
		child.on("exit", (code) =>
			code === 0 ? resolve() : reject(new Error(`bench: ${program} must succeed (was ${code})`)),
		)
	})
}

/** A Python script that answers one line of JSON to every line it is sent. */
export interface PythonProcess {
	ask(line: string): Promise<unknown>
	close(): void
}

export function startPython(python: string, args: readonly string[]): PythonProcess {
	const child = spawn(python, args, { stdio: ["pipe", "pipe", "inherit"] })
	const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
	return {
		async ask(line) {
			child.stdin.write(`${line}\n`)
			const { value, done } = await answers.next()
			if (done) throw new Error("bench: Python must answer (was gone)")
			return JSON.parse(value)
		},
		close: () => child.stdin.end(),
	}
}
