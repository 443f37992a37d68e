// Post-training pruning with the stage packages alone (Kwon et al. 2022): the lines that `winnow prune` puts checks and records around.
//
//   node dist/main.js MODEL TASK DATA SHARE [SAMPLES]

import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { diagonalCurves } from "@winnow/fisher"
import { macModel } from "@winnow/flops-model"
import { drawIndices, encodeExamples, evaluate, labelMap, readExamples, taskNamed } from "@winnow/glue-eval"
import { searchMasks } from "@winnow/mask-search"
import { scales, tune } from "@winnow/mask-tune"
import { rearrange } from "@winnow/rearrange"
import { onnxRuntime } from "@winnow/runtime"
import { loadTokenizer } from "@winnow/tokenizer"

const [model = "", name = "", data = "", share = "0.5", count = "2048"] = process.argv.slice(2)

// A model, ready to run.
const runtime = await onnxRuntime()
const folder = await openModelFolder(model)
const encoder = await loadEncoder(folder, { runtime })

// What it is for: labelled text, as token ids.
const task = taskNamed(name)
const tokenizer = await loadTokenizer(model)
const labels = labelMap(task, encoder.labels, encoder.architecture.logits)
const { examples: train } = await readExamples(task, data, { split: "train" })
const { examples: dev } = await readExamples(task, data, { split: "dev" })
const drawn = Array.from(drawIndices(train.length, Number(count), { seed: 0 }), (row) => train[row]!)
const samples = encodeExamples(task, drawn, tokenizer, { labelMap: labels })
const devSamples = encodeExamples(task, dev, tokenizer, { labelMap: labels })

// The method.
const cost = macModel(encoder.sublayers, { hidden: encoder.hidden, length: task.meanDevLength })
const gradients = await encoder.maskGradients(samples, { loss: "task" })
const curves = diagonalCurves(gradients) // Fisher information
const searched = searchMasks(curves, cost, { share: Number(share) }) // mask search
const plan = await rearrange(searched, gradients) // mask rearrangement
const { encoder: slim } = await tune(encoder, plan, samples, { repair: scales() }) // mask tuning

// What came of it.
const dense = await evaluate(encoder, task, devSamples, { labelMap: labels })
const pruned = await evaluate(slim, task, devSamples, { labelMap: labels })
console.log(`${task.metrics[0]} ${dense.main.toFixed(4)} -> ${pruned.main.toFixed(4)}`)
console.log(`MACs kept ${plan.share.toFixed(4)}`)
console.log(`heads   ${encoder.architecture.heads.join(" ")} -> ${slim.architecture.heads.join(" ")}`)
console.log(`neurons ${encoder.architecture.neurons.join(" ")} -> ${slim.architecture.neurons.join(" ")}`)

await runtime.close()
await folder.close()
