export { demoDataFolder, demoModelFolder } from "./demo-folders.ts"
