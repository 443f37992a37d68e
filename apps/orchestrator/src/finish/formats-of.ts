import { type Format, formats } from "@winnow/export"
import type { Runtime } from "@winnow/runtime"
import { InvalidInputError } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"

/**
 * The ONNX files that a run writes: those asked for; by default all, or none where nothing could verify them, which is said in a note.
 *
 * @throws {InvalidInputError} when some are asked for that nothing could verify
 */
export function formatsOf(
	asked: readonly Format[] | undefined,
	{ name }: Pick<Runtime, "name">,
	{ onNote }: NotedRun,
): readonly Format[] {
	const verifies = name.startsWith("onnxruntime-node")
	if (verifies) return formats.filter((format) => asked === undefined || asked.includes(format))
	if (asked === undefined)
		onNote?.(`no ONNX files are written: they are verified in onnxruntime-node, and ${name} runs`)
	else if (asked.length > 0) {
		const expected = "none where onnxruntime-node, which verifies them, does not run"
		throw new InvalidInputError("prune", "formats", expected, asked.join(", "))
	}
	return []
}
