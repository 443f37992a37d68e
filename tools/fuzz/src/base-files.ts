import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { type TinyFamily, type TinyHead, tinyWords, writeTinyModel } from "@winnow/fixtures"
import { completeFiles } from "@winnow/tokenizer"

/** Files by name. */
export type Files = ReadonlyMap<string, Buffer>

export interface BaseModel {
	readonly name: string
	readonly files: Files
	/** What it is scored on. */
	readonly use: "classification" | "regression" | "questions"
}

export interface BaseData {
	readonly name: string
	/** The files, those that are read first. */
	readonly files: Files
	readonly use: BaseModel["use"]
	/** Columns of rows. */
	readonly columns: { readonly text: readonly string[]; readonly label: string }
}

/** Both src/ and dist/ lie directly in the package. */
const parquetFolder = fileURLToPath(new URL("../../../packages/glue-eval/test/fixtures", import.meta.url))

const families: readonly TinyFamily[] = ["bert", "distilbert", "roberta"]

/** Every family with every head, with both forms of tokenizer files; and the demo model. */
export async function baseModels(root: string): Promise<readonly BaseModel[]> {
	const models: BaseModel[] = []
	for (const family of families) {
		for (const use of ["classification", "regression", "questions"] as const) {
			const head: TinyHead = use === "questions" ? "span" : "classification"
			const folder = join(root, `${family}-${use}`)
			await writeTinyModel(folder, {
				family,
				head,
				task: use === "regression" ? "stsb" : "sst2",
				layers: 1,
				positions: 40,
			})
			const files = await filesIn(folder)
			models.push({ name: `${family} for ${use}`, files, use })
			const { written } = await completeFiles(folder, { modelType: family, maxLength: 40 })
			const newer = Object.entries(written).map(([name, text]) => [name, Buffer.from(text)] as const)
			const kept = [...files].filter(([name]) => !/^(vocab|merges)/.test(name))
			models.push({ name: `${family} for ${use} with a tokenizer.json`, files: new Map([...kept, ...newer]), use })
		}
	}
	const demo = await filesIn(demoModelFolder())
	return [...models, { name: "the demo model", files: demo, use: "classification" }]
}

/** Rows and questions in every form that is read. */
export async function baseData(): Promise<readonly BaseData[]> {
	const reviews = (await readFile(join(demoDataFolder(), "dev.tsv"), "utf8")).split("\n").slice(0, 12)
	const rows = reviews.slice(1).map((line) => line.split("\t"))
	const sst2 = { text: ["sentence"], label: "label" }
	const pairs = { text: ["sentence1", "sentence2"], label: "score" }
	const scores = rows.map(([text], row) => [text!, rows[(row + 1) % rows.length]![0]!, (row / 2).toFixed(2)])
	const csv = (lines: readonly (readonly string[])[]) =>
		lines.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n")
	const jsonl = (names: readonly string[], lines: readonly (readonly string[])[]) =>
		lines
			.map((cells) => `{${names.map((name, at) => `"${name}": ${JSON.stringify(cells[at])}`).join(", ")}}`)
			.join("\n")
	const named = (extension: string, bytes: string | Buffer): Files =>
		new Map(["dev", "train"].map((split) => [`${split}.${extension}`, Buffer.from(bytes)]))
	const classification = (name: string, files: Files): BaseData => ({
		name,
		files,
		use: "classification",
		columns: sst2,
	})
	const regression = (name: string, files: Files): BaseData => ({ name, files, use: "regression", columns: pairs })
	const questions = (name: string, files: Files): BaseData => ({ name, files, use: "questions", columns: sst2 })
	const parquet = (name: string) => readFile(join(parquetFolder, `${name}.parquet`))
	const squad = JSON.stringify(questionsOf(rows.map(([text]) => text!)))
	return [
		classification("rows in TSV", named("tsv", reviews.join("\n"))),
		classification("rows in CSV", named("csv", csv([["sentence", "label"], ...(rows as string[][])]))),
		classification("rows in JSON lines", named("jsonl", jsonl(["sentence", "label"], rows as string[][]))),
		regression(
			"pairs in TSV",
			named("tsv", [[...pairs.text, "score"], ...scores].map((cells) => cells.join("\t")).join("\n")),
		),
		regression("pairs in CSV", named("csv", csv([[...pairs.text, "score"], ...scores]))),
		regression("pairs in JSON lines", named("jsonl", jsonl([...pairs.text, "score"], scores))),
		classification("rows in Parquet", named("parquet", await parquet("glue-snappy"))),
		classification("rows in Parquet of several groups", named("parquet", await parquet("glue-groups"))),
		classification("rows in Parquet with checksums", named("parquet", await parquet("glue-checked"))),
		questions("questions in JSON", named("json", squad)),
		questions("questions in Parquet", named("parquet", await parquet("squad-snappy"))),
		questions("questions in Parquet of several groups", named("parquet", await parquet("squad-groups"))),
	]
}

/** SQuAD 1.1, of contexts whose second word is the answer. */
function questionsOf(contexts: readonly string[]): object {
	const paragraphs = contexts.map((text, index) => {
		const context = `${text} ${tinyWords.join(" ")}`
		const start = context.indexOf(" ") + 1
		const answer = { text: context.slice(start, context.indexOf(" ", start)), answer_start: start }
		return { context, qas: [{ id: `q${index}`, question: "What was so good?", answers: [answer] }] }
	})
	return { version: "1.1", data: [{ title: "Films", paragraphs }] }
}

async function filesIn(folder: string): Promise<Files> {
	const names = (await readdir(folder)).filter((name) => /\.(json|txt|safetensors)$/.test(name)).sort()
	return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)))
}
