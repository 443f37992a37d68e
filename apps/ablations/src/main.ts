import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { checkPruning, pruneFamily } from "@winnow/orchestrator"
import { WinnowError } from "@winnow/tensor"
import { currentCommit } from "./commit.ts"
import { conduct } from "./conduct.ts"
import { type Question, smokeOf } from "./question.ts"
import { questions } from "./questions.ts"
import { filesOf, render } from "./render.ts"
import { sharedFolder } from "./shared-folder.ts"

const usage = `pnpm ablations [QUESTION] [--samples N] [--shared FOLDER] [--out FOLDER] [--smoke | --render]

Makes the rows of a question that are not there yet, then its table and plot. Questions: ${questions.map(({ name }) => name).join(", ")}.

  --samples N      training rows to calibrate on, instead of the question's number
  --shared FOLDER  holds models and data sets; default: WINNOW_SHARED, or shared beside the repository
  --out FOLDER     rows, table and plot; default: docs/ablations
  --smoke          every arm once on the demo model, in a folder that is removed; prints the table
  --render         table and plot from the rows, without running anything
  --help           this text
`

const options = {
	samples: { type: "string" },
	shared: { type: "string" },
	out: { type: "string" },
	smoke: { type: "boolean", default: false },
	render: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const

// Both src/ and dist/ lie directly in the package: the same path leads out of either.
const repository = new URL("../../../", import.meta.url)

/** Where main writes, and what ends it. */
export interface Surroundings {
	readonly stdout: (text: string) => void
	readonly stderr: (text: string) => void
	readonly signal?: AbortSignal
}

/**
 * The command.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong arguments, 130 interrupted
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
	const { stdout, stderr, signal } = surroundings
	const request = requestOf(args)
	if (typeof request === "string") {
		stderr(`${request} (see --help)\n`)
		return 2
	}
	try {
		if (request.help) stdout(usage)
		else if (request.smoke) await smoke(request, surroundings)
		else await answer(request, surroundings)
		return 0
	} catch (error) {
		if (signal?.aborted && error === signal.reason) {
			stderr(request.smoke ? "interrupted\n" : "interrupted: what is done is kept, the same command goes on\n")
			return 130
		}
		if (!WinnowError.is(error)) throw error
		stderr(`${error.message}\n`)
		return 1
	}
}

interface Request {
	readonly question: Question
	readonly shared: string
	readonly out: string
	readonly smoke: boolean
	readonly render: boolean
	readonly help: boolean
}

/** What is asked for, or what is wrong with it. */
function requestOf(args: readonly string[]): Request | string {
	const parsed = parsedArguments(args)
	if (typeof parsed === "string") return parsed
	const { values, positionals } = parsed
	const [name = questions[0]!.name, ...others] = positionals
	const question = questions.find((one) => one.name === name)
	if (question === undefined || others.length > 0) return `no such question: ${positionals.join(" ")}`
	const samples = Number(values.samples ?? question.samples)
	if (!Number.isInteger(samples) || samples < 1) return `--samples must be a positive integer (was ${values.samples})`
	const { shared = sharedFolder(), out = fileURLToPath(new URL("docs/ablations", repository)) } = values
	return { ...values, question: { ...question, samples }, shared, out }
}

function parsedArguments(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true })
	} catch (error) {
		return (error as Error).message
	}
}

async function answer({ question, shared, out, ...asked }: Request, surroundings: Surroundings): Promise<void> {
	const { signal, stdout, stderr } = surroundings
	const { rows: file, document, plot } = filesOf(question, out)
	if (!asked.render) {
		await conduct(question, {
			shared,
			file,
			commit: await currentCommit(),
			check: checkPruning,
			prune: pruneFamily,
			log: (line) => stderr(`${line}\n`),
			...(signal ? { signal } : {}),
		})
	}
	await render(question, out)
	stdout(`${document}\n${plot}\n`)
}

async function smoke({ question, ...request }: Request, surroundings: Surroundings): Promise<void> {
	const out = await mkdtemp(join(tmpdir(), "winnow-ablations-smoke-"))
	try {
		const small = smokeOf(question)
		await answer({ ...request, question: small, out }, { ...surroundings, stdout: () => {} })
		surroundings.stdout(await readFile(filesOf(small, out).document, "utf8"))
	} finally {
		await rm(out, { recursive: true })
	}
}
