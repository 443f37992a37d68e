import type { Gemm64 } from "@winnow/linalg"
import type { SiteReport } from "@winnow/mask-tune"
import type {
	CostModel,
	DifferentiableEncoder,
	Loss,
	MaskGradients,
	Plan,
	RemovalCurve,
	Run,
	Sample,
	SequentialEncoder,
} from "@winnow/tensor"

/** What a preset learns of the units from the calibration sample. */
export interface Evidence {
	/** One a sublayer. */
	readonly curves: readonly RemovalCurve[]
	/** What the curves were made of, where rearrangement asks for it again. */
	readonly gradients?: MaskGradients | undefined
}

/** How much a pruned model may cost. */
export interface Budget {
	readonly cost: CostModel
	/** Of what the model costs with all units. */
	readonly share: number
}

/** For steps that compute with large float64 matrices. */
export interface MatrixRun extends Run {
	readonly gemm: Gemm64
}

export interface RepairOptions extends MatrixRun {
	readonly samples: readonly Sample[]
	/** What the plan was searched on, and for what: a teacher may be searched, too. */
	readonly curves: readonly RemovalCurve[]
	readonly budget: Budget
}

/** A slim encoder, and what happened to each of its sublayers. */
export interface Repaired<E extends SequentialEncoder> {
	readonly encoder: E
	readonly reports: readonly SiteReport[]
}

/** A way of pruning: `prune` asks for its steps in this order. */
export interface Preset {
	/** Whether a row may be drawn into the calibration sample twice. */
	readonly replacement: boolean
	/** What evidence depends on besides model, samples and seed: evidence on another basis is not this preset's. */
	readonly basis: { readonly loss: Loss; readonly per: "sample" | { readonly batch: number } }
	evidence(encoder: DifferentiableEncoder, samples: readonly Sample[], run: Run): Promise<Evidence>
	search(curves: readonly RemovalCurve[], budget: Budget): Plan
	/** Changes which units are kept, not how many; needs gradients in the evidence. Absent: what was searched is final. */
	readonly rearrange?: ((plan: Plan, gradients: MaskGradients, run: MatrixRun) => Promise<Plan>) | undefined
	/** Slims the encoder to the plan and makes the best of what is kept. */
	repair<E extends SequentialEncoder>(encoder: E, plan: Plan, options: RepairOptions): Promise<Repaired<E>>
}
