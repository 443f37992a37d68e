import { buildWhenStale } from "./build-when-stale.mjs"
import { bin, runWinnow } from "./start-winnow.mjs"
import { root } from "./workspace.mjs"

const demo = { task: "sst2", model: "packages/demo/model", data: "packages/demo/data", out: "out/demo" }

const before = `
Demo: a small BERT that says whether a review is positive or negative. The reviews are synthetic: a script of this repository
writes them, and the model was trained on them. Winnow removes the attention heads and neurons that matter least, until half of
the model's multiply-accumulates (MACs) remain, repairs what is left, and compares the two. No training, and no data but a sample.
`

const after = `
How to read it: "dense" is the model as it was, "pruned" is what is left. Accuracy is the share of synthetic reviews, kept from
training and pruning, that are judged right. Logits are the model's raw outputs, one a class: how far they moved tells more of what
was lost than a few hundred reviews can. The time of a forward pass was measured on this machine, both models side by side. The forms
are files for other software: each was run, and its logits compared with those of the weights, before the folder appeared.

What to type next:

  npx winnow evaluate ${demo.out} --task ${demo.task} --data ${demo.data}
  npx winnow verify ${demo.out}
  npx winnow prune path/to/model --task sst2 --data path/to/SST-2 --macs 0.5 --out out/mine    (your own model)
`

/** `npm start`: sets up, builds and prunes the demo model to half its multiply-accumulates; the same again every time. */
export async function startDemo() {
	await buildWhenStale(bin)
	process.chdir(root)
	console.log(before)
	const { model, task, data, out } = demo
	await runWinnow(["prune", model, "--task", task, "--data", data, "--macs", "0.5", "--out", out])
	if (!process.exitCode) console.log(after)
}
