import { defineConfig } from "vitest/config"
import { CountsReporter } from "./tools/src/counts-reporter.ts"

// Packages are tested from their sources: the "@winnow/source" export condition points there, so no build is needed first.
export default defineConfig({
	resolve: { conditions: ["@winnow/source"] },
	ssr: { resolve: { conditions: ["@winnow/source"] } },
	test: {
		include: ["test/**/*.test.ts"],
		// The quick suite is everything but the tests that run real models for minutes.
		exclude: process.env.WINNOW_QUICK ? ["test/**/real-*.test.ts"] : [],
		reporters: ["default", new CountsReporter()],
		passWithNoTests: false,
		testTimeout: 120_000,
		hookTimeout: 120_000,
	},
})
