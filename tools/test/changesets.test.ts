import getReleasePlan from "@changesets/get-release-plan"
import { expect, it } from "vitest"
import { root, workspacePackages } from "../src/workspace.mjs"

// Throws when a changeset does not parse or names a package that does not exist.
const plan = await getReleasePlan(root)

it("says something to users in every changeset", () => {
	for (const { id, summary } of plan.changesets) expect([id, summary]).toEqual([id, expect.stringMatching(/\S/)])
})

it("releases every package that never was, and no private one", () => {
	const released = plan.releases.filter(({ type }) => type !== "none").map(({ name }) => name)
	for (const { manifest } of workspacePackages()) {
		if (manifest.private) expect(released).not.toContain(manifest.name)
		else if (manifest.version === "0.0.0") expect(released).toContain(manifest.name)
	}
})

it("raises all packages to one version", () => {
	const versions = plan.releases.filter(({ type }) => type !== "none").map(({ newVersion }) => newVersion)
	expect(new Set(versions).size).toBeLessThanOrEqual(1)
})
