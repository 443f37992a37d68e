import { type CaseReport, Cases } from "./cases.ts"

/** What a child is asked to do: one case. */
export interface Order {
	readonly seed: number
	readonly number: number
}

/** What a child says: ready for the next case, what a case is about before it begins, and how it ended. */
export type Message =
	| { readonly type: "ready" }
	| { readonly type: "started"; readonly number: number; readonly what: string }
	| ({ readonly type: "ended"; readonly number: number; readonly peakBytes: number } & CaseReport)

const [, , root] = process.argv
const send = (message: Message) => process.send!(message)
const cases = await Cases.open(root!)
process.on("message", async ({ seed, number }: Order) => {
	const report = await cases.run(seed, number, (what) => send({ type: "started", number, what }))
	send({ type: "ended", number, peakBytes: process.resourceUsage().maxRSS * 1024, ...report })
})
process.on("disconnect", () => process.exit())
send({ type: "ready" })
