import type { ChangeInterval, Score } from "@winnow/glue-eval"
import type { Encoder, Run, Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { CutTexts } from "../result/cut-texts.ts"
import type { FileSplit } from "../result/file-split.ts"

/** A row of a file, or a question: what calibration samples are drawn among. */
export interface Input {
	/** Its place in the file, from 0; a header is not counted. */
	readonly row: number
	/** Tokenised now, as one sample, or as several where it does not fit into one. */
	samples(): readonly Sample[]
}

/** What one file holds, of which little may be needed. */
export interface Inputs<Each extends Input = Input> {
	/** The file that was read. */
	readonly file: string
	readonly inputs: readonly Each[]
}

/** Labelled inputs, and how models are scored on them. */
export interface ScoredSet<Scored extends Score = Score> {
	readonly samples: readonly Sample[]
	/** Rows or questions: a question may take several samples. */
	readonly size: number
	/** Scores a model of the subject's logits. */
	score(encoder: Pick<Encoder, "logits">, run: Run): Promise<Scored>
	/** The change of the main metric from one score of this set to another. */
	change(from: Scored, to: Scored): ChangeInterval
}

export interface SplitChoice {
	/** Folder of the task's files, or the one file. */
	readonly data: string
	readonly split: string
	/** `none`: labels are not looked at. Default: `required`. */
	readonly labels?: "required" | "none"
}

/** The files of one task, read for one model. */
export interface TaskData<Each extends Input = Input> {
	readonly name: string
	/** Mean tokens of an input, at which multiply-accumulates are counted; undefined where nobody has said. */
	readonly meanLength: number | undefined
	/** Of the texts that were tokenised so far; undefined where long texts are read in windows. */
	cut(): CutTexts | undefined
	/** How the rows of one file were split, once they were read; undefined where each split has its file. */
	fileSplit(): FileSplit | undefined
	has(choice: SplitChoice): Promise<boolean>
	/** @throws {InvalidInputError} when the split cannot be read */
	read(choice: SplitChoice, run: NotedRun): Promise<Inputs<Each>>
	/** Some inputs of a split, or all, to be scored. */
	scored(inputs: readonly Each[]): ScoredSet
	/** A whole split, with those that are scored beside it. */
	scoredSplit(choice: SplitChoice, run: NotedRun): Promise<ScoredSet>
}
