import { memoryUsage, resourceUsage } from "node:process"

const everyMs = 50

/**
 * Watches the resident memory of the process, runtime threads included, until `end()`, which returns the most seen in MiB.
 *
 * The operating system keeps the highest value ever: if that rose meanwhile it is the answer, exactly. Otherwise samples every
 * 50 ms are, which a computation without a pause holds up.
 */
export function peakMemory(): { end(): number } {
	const highest = resourceUsage().maxRSS
	let most = memoryUsage.rss() / 1024
	const look = () => (most = Math.max(most, memoryUsage.rss() / 1024))
	const timer = setInterval(look, everyMs).unref()
	return {
		end() {
			clearInterval(timer)
			look()
			const highestNow = resourceUsage().maxRSS
			return (highestNow > highest ? highestNow : most) / 1024
		},
	}
}
