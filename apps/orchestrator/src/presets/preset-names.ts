/** As a recipe spells them. */
export const presetNames = ["kwon2022"] as const

export type PresetName = (typeof presetNames)[number]
