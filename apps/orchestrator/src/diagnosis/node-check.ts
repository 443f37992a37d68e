import { oldestNode } from "../version.ts"
import type { Check } from "./diagnosis.ts"

/** Whether a version of Node is one that Winnow is made for. */
export function nodeCheck(version: string = process.versions.node): Check {
	const finding = `${version} (${oldestNode} or newer is needed)`
	if (!isOlder(version, oldestNode)) return { name: "Node", state: "ok", finding }
	return { name: "Node", state: "failed", finding, remedy: "install a newer Node from https://nodejs.org" }
}

/** By major and minor version. */
function isOlder(version: string, other: string): boolean {
	const [major = 0, minor = 0] = version.split(".").map(Number)
	const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number)
	return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
