import { type ChildProcess, fork } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import type { Message } from "./child.ts"
import { Tally } from "./tally.ts"

// `pnpm fuzz --cases 10000 --seed 1`: see CONTRIBUTING. `--case 17` repeats one.

const { values } = parseArgs({
	// What pnpm passes on may begin with two dashes.
	args: process.argv.slice(2).filter((argument) => argument !== "--"),
	options: {
		cases: { type: "string", default: "500" },
		seed: { type: "string", default: "1" },
		case: { type: "string" },
		seconds: { type: "string", default: "3600" },
		processes: { type: "string", default: String(Math.min(4, availableParallelism())) },
	},
})

const [cases, seed, seconds, processes] = [values.cases, values.seed, values.seconds, values.processes].map(Number) as [
	number,
	number,
	number,
	number,
]
const longestCaseMs = 30_000
const mostBytes = 1.5 * 2 ** 30
const script = fileURLToPath(new URL("child.js", import.meta.url))

const start = performance.now()
const isOver = () => (performance.now() - start) / 1000 > seconds
const numbers = values.case === undefined ? counted(cases) : [Number(values.case)].values()
const tally = new Tally(seed)
await Promise.all(Array.from({ length: values.case === undefined ? processes : 1 }, work))
const spent = ((performance.now() - start) / 1000).toFixed(0)
console.log(tally.summary(`seed ${seed}, ${spent} s${isOver() ? `, stopped after ${seconds} s` : ""}`))
process.exitCode = tally.faults === 0 ? 0 : 1

function* counted(limit: number): Generator<number> {
	for (let number = 0; number < limit; number++) yield number
}

/** Takes cases until there are none left; a child that hangs, dies or grows is replaced by another. */
async function work(): Promise<void> {
	for (;;) {
		if (isOver()) return
		const root = await mkdtemp(join(tmpdir(), "winnow-fuzz-"))
		const child = fork(script, [root], {
			execArgv: ["--max-old-space-size=768"],
			stdio: ["ignore", "ignore", "pipe", "ipc"],
		})
		let stderr = ""
		child.stderr!.on("data", (text) => (stderr = `${stderr}${text}`.slice(-2000)))
		try {
			if (!isMessage(await answerOf(child, "ready"))) throw new Error(`a child does not start: ${stderr}`)
			if (await fed(child, () => stderr)) return
		} finally {
			child.kill("SIGKILL")
			await rm(root, { recursive: true, force: true })
		}
	}
}

/** @returns whether no case is left; false where another child has to go on */
async function fed(child: ChildProcess, stderr: () => string): Promise<boolean> {
	for (const number of { [Symbol.iterator]: () => ({ next: () => numbers.next() }) }) {
		if (isOver()) return true
		let what = "?"
		const note = (message: Message) => {
			if (message.type === "started") what = message.what
		}
		child.on("message", note)
		child.send({ seed, number })
		const ended = await answerOf(child, "ended")
		child.off("message", note)
		if (!isMessage(ended)) {
			const fault = ended === "late" ? `no end within ${longestCaseMs / 1000} s` : "the process ended"
			tally.add(number, { what, outcome: { kind: "fault", fault, detail: stderr() } })
			return false
		}
		const { peakBytes, outcome } = ended
		if (peakBytes > mostBytes) {
			const detail = `${(peakBytes / 2 ** 20).toFixed(0)} MiB`
			tally.add(number, { what, outcome: { kind: "fault", fault: "more than 1.5 GiB of memory", detail } })
			return false
		}
		tally.add(number, { what: ended.what, outcome })
		if (values.case !== undefined) console.log(`case ${number}: ${ended.what}\n  ${JSON.stringify(outcome)}`)
	}
	return true
}

type Answer<Type> = Extract<Message, { readonly type: Type }>

/** The next message of a type; `late` where it takes too long, undefined where the process ends before. */
function answerOf<Type extends Message["type"]>(
	child: ChildProcess,
	type: Type,
): Promise<Answer<Type> | "late" | undefined> {
	return new Promise((resolve) => {
		const done = (answer: Answer<Type> | "late" | undefined) => {
			clearTimeout(timer)
			child.off("message", onMessage).off("exit", onExit)
			resolve(answer)
		}
		const onMessage = (message: Message) => {
			if (message.type === type) done(message as Answer<Type>)
		}
		const onExit = () => done(undefined)
		const timer = setTimeout(() => done("late"), longestCaseMs)
		child.on("message", onMessage).on("exit", onExit)
	})
}

function isMessage<Each extends Message>(answer: Each | "late" | undefined): answer is Each {
	return typeof answer === "object"
}
