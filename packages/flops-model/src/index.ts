export { type ArchitectureMacs, architectureMacs } from "./architecture-macs.ts"
export { type MacSetting, macModel } from "./mac-model.ts"
