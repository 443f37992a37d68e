import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { readJson, root, workspacePackages } from "../src/workspace.mjs"

interface Manifest {
	readonly [field: string]: unknown
	readonly name: string
	readonly private?: boolean
	readonly engines: { readonly node: string }
	readonly exports: Record<string, unknown>
	readonly dependencies?: Record<string, string>
	readonly devDependencies?: Record<string, string>
}

const packages = workspacePackages().map(({ folder }) => ({
	folder,
	manifest: readJson(join(root, folder, "package.json")) as Manifest,
}))
const published = packages.filter(({ manifest }) => !manifest.private)

const fieldsInOrder = [
	"name",
	"version",
	"description",
	"type",
	"license",
	"engines",
	"bin",
	"exports",
	"files",
	"sideEffects",
	"publishConfig",
	"scripts",
	"dependencies",
	"peerDependencies",
	"peerDependenciesMeta",
	"optionalDependencies",
	"devDependencies",
]

function readWithComments(path: string) {
	return ts.readConfigFile(join(root, path), ts.sys.readFile).config
}

it("finds the packages", () => {
	expect(packages.map(({ folder }) => folder)).toEqual(
		expect.arrayContaining(["packages/tensor", "apps/orchestrator", "tools"]),
	)
})

it("names one oldest Node everywhere", () => {
	const { engines } = readJson(join(root, "package.json")) as Manifest
	for (const { manifest } of packages) expect(manifest.engines).toEqual(engines)
	expect(readFileSync(join(root, "tools/run.mjs"), "utf8")).toContain(`const oldest = "${engines.node.slice(2)}"`)
})

it("names one pnpm everywhere", () => {
	const { packageManager } = readJson(join(root, "package.json")) as { packageManager: string }
	const namedIn = (document: string) => [...new Set(readFileSync(join(root, document), "utf8").match(/pnpm@[\d.]*\d/g))]
	expect(namedIn("docs/CONTRIBUTING.md")).toEqual([packageManager])
	// Readers of the README need no pnpm.
	expect(namedIn("README.md")).toEqual([])
})

describe.each(packages.map((one) => [one.folder, one.manifest] as const))("%s", (folder, manifest) => {
	it("takes external versions from the catalog and other packages from the workspace", () => {
		for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
			expect([name, version]).toEqual([
				name,
				expect.stringMatching(name.startsWith("@winnow/") ? /^workspace:[*^]$/ : /^catalog:$/),
			])
	})

	it("has a tag, by which boundaries know it", () => {
		const tags: readonly string[] = readWithComments(`${folder}/turbo.json`).tags
		const ruled = Object.keys(readWithComments("turbo.json").boundaries.tags)
		expect([...ruled, "app", "tools"]).toEqual(expect.arrayContaining([...tags]))
		expect(tags).toHaveLength(1)
	})
})

describe.each(published.map((one) => [one.folder, one.manifest] as const))(
	"%s, which is published,",
	(folder, manifest) => {
		const name = basename(folder)

		it("describes itself like the others", () => {
			expect(manifest).toMatchObject({
				name: `@winnow/${name}`,
				type: "module",
				license: "Apache-2.0",
				files: ["dist", "src", "LICENSE", "README.md", "CHANGELOG.md"],
				sideEffects: false,
				publishConfig: { access: "public" },
				scripts: {
					bundle: "tsup --config ../../tsup.config.ts",
					declare: "tsc -p tsconfig.build.json",
					typecheck: "tsc -p tsconfig.json",
					test: "vitest run --config ../../vitest.config.ts --root .",
					"check:package": "publint --strict && attw --pack . --profile esm-only",
				},
			})
			expect(Object.keys(manifest)).toEqual(fieldsInOrder.filter((field) => field in manifest))
		})

		it("exports every subpath from source, with types, and built, in this order", () => {
			const { "./package.json": own, ...subpaths } = manifest.exports
			expect(own).toBe("./package.json")
			for (const [subpath, target] of Object.entries(subpaths)) {
				const file = subpath === "." ? "index" : subpath.slice(2)
				const conditions = [
					["@winnow/source", `./src/${file}.ts`],
					["types", `./dist/${file}.d.ts`],
					["default", `./dist/${file}.js`],
				]
				expect(Object.entries(target as object)).toEqual(conditions)
				expect(existsSync(join(root, folder, `src/${file}.ts`))).toBe(true)
			}
		})

		it("keeps the versions of its dependencies in step when it is published", () => {
			for (const [name, version] of Object.entries(manifest.dependencies ?? {}))
				if (name.startsWith("@winnow/")) expect([name, version]).toEqual([name, "workspace:^"])
		})

		it("carries the license", () => {
			const textOf = (path: string) => readFileSync(join(root, path), "utf8")
			expect(textOf(`${folder}/LICENSE`)).toBe(textOf("LICENSE"))
		})

		it("has a README of at most 60 lines with an example", () => {
			const readme = readFileSync(join(root, folder, "README.md"), "utf8")
			expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(60)
			expect(readme).toMatch(/^```ts$/m)
		})
	},
)
