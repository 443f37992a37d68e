/** The model card: yours to edit. */
export const cardFile = "README.md"
