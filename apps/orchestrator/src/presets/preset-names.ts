/** As a recipe spells them, the default first. */
export const presetNames = ["winnow", "kwon2022"] as const

export type PresetName = (typeof presetNames)[number]
