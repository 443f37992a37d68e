import { writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { validated } from "@winnow/checkpoint"
import { InvalidInputError, type RemovalCurve, type Sublayer } from "@winnow/tensor"
import { type } from "arktype"
import { readJson } from "../prepare/read-json.ts"
import { importanceNames } from "../presets/importances.ts"
import type { Basis, Evidence } from "../presets/method.ts"
import { gradientsFile, readGradients, writeGradients } from "./gradients-file.ts"
import { natural, naturals, numbers } from "./parts.ts"

/** What removal curves depend on: with the same key they are the same. */
export interface CurvesKey extends Basis {
	/** SHA-256 of the model. */
	readonly model: string
	/** SHA-256 of the calibration sample. */
	readonly samples: string
	readonly seed: number
}

const keySchema = type({
	model: "string",
	samples: "string",
	seed: "number",
	importance: type.enumerated(...importanceNames),
	loss: "'logits' | 'task' | 'sampled'",
	per: type("'sample'").or({ batch: "number" }),
	"mu?": "number",
})

const curvesSchema = type({
	schema: "'winnow-curves/1'",
	key: keySchema,
	sublayers: type({
		kind: "'attention' | 'ffn'",
		layer: natural,
		order: naturals,
		loss: numbers,
	}).array(),
	"gradients?": { sha256: "string" },
})

const curvesFile = "curves.json"

/** Writes curves.json, and the gradients beside it if they are asked for, into an existing folder. */
export async function writeEvidence(
	folder: string,
	evidence: Evidence,
	o: { readonly key: CurvesKey; readonly sublayers: readonly Sublayer[]; readonly keepGradients: boolean },
): Promise<void> {
	const { gradients } = evidence
	const kept = o.keepGradients && gradients !== undefined ? await writeGradients(folder, gradients) : undefined
	const content: typeof curvesSchema.infer = {
		schema: "winnow-curves/1",
		key: o.key,
		sublayers: evidence.curves.map(({ order, loss }, index) => {
			const { kind, layer } = o.sublayers[index]!
			return { kind, layer, order: [...order], loss: [...loss] }
		}),
		...(kept === undefined ? {} : { gradients: kept }),
	}
	await writeFile(join(folder, curvesFile), `${JSON.stringify(content)}\n`)
}

/**
 * The curves of an earlier run, and its gradients if they lie beside them.
 *
 * @throws {InvalidInputError} when they belong to another model, sample, seed or method, or do not fit the model's sublayers
 */
export async function readEvidence(path: string, key: CurvesKey, sublayers: readonly Sublayer[]): Promise<Evidence> {
	const content = validated(curvesSchema, await readJson(path), path)
	refuseStale(content.key, key, path)
	if (content.sublayers.length !== sublayers.length) {
		throw new InvalidInputError(path, "sublayers", `${sublayers.length} long`, content.sublayers.length)
	}
	const curves = content.sublayers.map((curve, index) => curveOf(curve, sublayers[index]!.units, path))
	if (content.gradients === undefined) return { curves }
	const gradients = await readGradients(join(dirname(path), gradientsFile), content.gradients, sublayers)
	return { curves, gradients }
}

function refuseStale(theirs: CurvesKey, ours: CurvesKey, path: string): void {
	const names: Record<keyof CurvesKey, string> = {
		model: "the SHA-256 of the model",
		samples: "the SHA-256 of the calibration sample",
		seed: "the seed",
		importance: "the importance",
		loss: "the loss",
		per: "the rows of the gradients",
		mu: "mu",
	}
	for (const part of Object.keys(names) as (keyof CurvesKey)[]) {
		const [stored, needed] = [shown(theirs[part]), shown(ours[part])]
		if (stored !== needed) throw new InvalidInputError(path, names[part], `${needed}, as in this run`, stored)
	}
}

const shown = (value: CurvesKey[keyof CurvesKey]) =>
	typeof value === "object" ? `batches of ${value.batch}` : `${value}`

function curveOf({ order, loss }: { order: number[]; loss: number[] }, units: number, path: string): RemovalCurve {
	const isOrder = order.length === units && new Set(order).size === units && order.every((unit) => unit < units)
	if (!isOrder) throw new InvalidInputError(path, "every order", "each unit of its sublayer once", "another list")
	if (loss.length !== units + 1 || loss[0] !== 0) {
		throw new InvalidInputError(path, "every loss", "one value more than units, the first 0", "another list")
	}
	return { order: Uint32Array.from(order), loss: Float64Array.from(loss) }
}
