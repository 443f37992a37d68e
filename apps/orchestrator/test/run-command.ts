import { main } from "../src/command/main.ts"

/** Runs the command in this process and keeps what it prints. */
export async function runCommand(args: readonly string[], { signal }: { signal?: AbortSignal } = {}) {
	const printed = { stdout: "", stderr: "" }
	const output = (name: keyof typeof printed) => ({
		write(text: string) {
			printed[name] += text
		},
	})
	const code = await main(args, { stdout: output("stdout"), stderr: output("stderr"), signal })
	return { code, ...printed }
}
