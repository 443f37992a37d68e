#!/usr/bin/env node
// `pnpm install-libtensorflow [--gpu]`: makes `@tensorflow/tfjs-node-gpu` run here (CONTRIBUTING.md, "TensorFlow's own library").
import { main } from "./libtensorflow/main.mjs"

await main(process.argv.slice(2))
