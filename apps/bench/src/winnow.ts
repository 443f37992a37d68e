import type { TransformerEncoder } from "@winnow/encoder"
import type { Runtime } from "@winnow/runtime"
import type { MaskGradients, Sample } from "@winnow/tensor"
import type { Contender } from "./contender.ts"

/** Mask gradients as Winnow computes them on the encoder's runtime, in the batches that it chooses. Closes the runtime. */
export function winnow(runtime: Runtime, encoder: TransformerEncoder, samples: readonly Sample[]): Contender {
	return {
		name: runtime.name,
		async run() {
			const start = performance.now()
			const gradients = await encoder.maskGradients(samples, { loss: "task" })
			return { seconds: (performance.now() - start) / 1000, norm: normOf(gradients) }
		},
		close: () => runtime.close(),
	}
}

function normOf(gradients: MaskGradients): number {
	return Math.sqrt(gradients.reduce((sum, { data }) => sum + data.reduce((squares, g) => squares + g * g, 0), 0))
}
