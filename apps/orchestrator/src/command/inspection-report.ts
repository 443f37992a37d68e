import type { Inspection } from "../result/inspection.ts"
import { count, short } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"

export function inspectionReport(inspection: Inspection): string {
	const { model, macs, layers, labels, logits } = inspection
	const facts = [
		["model", `${model.source} (${model.type})`],
		["sha256", model.sha256],
		["weights", `${short(model.bytes, "B")}, ${short(inspection.parameters)} parameters`],
		["width", `${count(inspection.hidden)}, heads of ${inspection.headSize}`],
		["input", `${count(inspection.vocabulary)} token ids, ${count(inspection.positions)} positions`],
		["output", `${logits} ${logits === 1 ? "logit" : "logits"}${labels.length > 0 ? ` (${labels.join(", ")})` : ""}`],
		["MACs", `${short(macs.total)} for a sample of ${macs.length} tokens, in heads and neurons`],
	]
	const widest = Math.max(...facts.map(([name]) => name!.length))
	const table = [
		["layer", "heads", "neurons", "MACs"],
		...layers.map(({ heads, neurons, macs }, layer) => [String(layer), count(heads), count(neurons), short(macs)]),
	]
	return `${facts.map(([name, fact]) => `${name!.padEnd(widest)}  ${fact}\n`).join("")}\n${aligned(table)}`
}
