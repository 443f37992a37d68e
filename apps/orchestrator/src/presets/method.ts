import type { TransformerEncoder } from "@winnow/encoder"
import type { Gemm64 } from "@winnow/linalg"
import type { SiteReport } from "@winnow/mask-tune"
import type { CostModel, Loss, MaskGradients, Plan, RemovalCurve, Run, Sample, Sublayer } from "@winnow/tensor"
import type { ImportanceName } from "./importances.ts"

/** What a method learns of the units from the calibration sample. */
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
	/** What is priced. */
	readonly sublayers: readonly Sublayer[]
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

/** A slim encoder, and what happened to each of its sites. */
export interface Repaired {
	readonly encoder: TransformerEncoder
	readonly reports: readonly SiteReport[]
}

/** For importances that draw: of classes (loss `sampled`), of orders (`random`). */
export interface EvidenceRun extends MatrixRun {
	readonly seed: number
}

/** What the evidence of one importance depends on besides model, samples and seed. */
export interface EvidenceBasis {
	readonly loss: Loss
	/** What one row of the mask gradients is. */
	readonly per: "sample" | { readonly batch: number }
	/** Damping of `kfac`. */
	readonly mu?: number
}

export interface Basis extends EvidenceBasis {
	readonly importance: ImportanceName
}

/** A way of pruning: `prune` asks for its steps in this order. */
export interface Method {
	/** Whether a row may be drawn into the calibration sample twice. */
	readonly replacement: boolean
	/** Evidence on another basis is not this method's. */
	readonly basis: Basis
	evidence(encoder: TransformerEncoder, samples: readonly Sample[], run: EvidenceRun): Promise<Evidence>
	search(curves: readonly RemovalCurve[], budget: Budget): Plan
	/** Changes which units are kept, not how many; needs gradients in the evidence. Absent: what was searched is final. */
	readonly rearrange?: ((plan: Plan, gradients: MaskGradients, run: MatrixRun) => Promise<Plan>) | undefined
	/** Slims the encoder to the plan and makes the best of what is kept. */
	repair(encoder: TransformerEncoder, plan: Pick<Plan, "kept">, options: RepairOptions): Promise<Repaired>
}
