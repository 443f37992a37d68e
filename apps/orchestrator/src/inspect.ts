import { architectureMacs } from "@winnow/flops-model"
import type { NotedRun } from "./noted-run.ts"
import { checkServing, usualLength } from "./prepare/check-numbers.ts"
import { identityOf, openModel } from "./prepare/open-model.ts"
import { type InspectionRequest, resolveInspection } from "./request/inspection-request.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import type { Inspection } from "./result/inspection.ts"

/**
 * What a model consists of: layers, units, parameters, multiply-accumulates. Runs nothing.
 *
 * @throws {InvalidInputError | UnsupportedError} with one line that says what is wrong with the model
 * @example
 * const { layers, parameters } = await inspect({ model: "out/sst2" })
 */
export async function inspect(given: InspectionRequest, run: NotedRun = {}): Promise<Inspection> {
	refuseWrongCall("inspect", given, run)
	const request = resolveInspection(given)
	const open = await openModel(request.model, { ...run, runtime: "interpreter" })
	try {
		const { encoder, folder } = open
		const { architecture, sublayers } = encoder
		const { length = usualLength(architecture) } = request
		checkServing({ batch: 1, length }, architecture, "inspect")
		const macs = architectureMacs(sublayers, { hidden: encoder.hidden, length })
		return {
			schema: "winnow-inspection/1",
			model: { ...(await identityOf(open)), type: folder.config.model_type, bytes: folder.bytes },
			hidden: architecture.hidden,
			headSize: architecture.headSize,
			vocabulary: architecture.vocabulary,
			positions: architecture.positions,
			labels: [...(encoder.labels ?? [])],
			logits: architecture.logits,
			parameters: encoder.parameters,
			macs: { length, total: macs.total },
			layers: architecture.heads.map((heads, layer) => ({
				heads,
				neurons: architecture.neurons[layer]!,
				macs: macs.sublayers.reduce((sum, own, index) => (sublayers[index]!.layer === layer ? sum + own : sum), 0),
			})),
		}
	} finally {
		await open.close()
	}
}
