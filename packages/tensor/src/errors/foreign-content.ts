/** What stands in a file's place, by how it begins, and what to do about it. */
const contents: readonly { readonly start: RegExp; readonly message: string }[] = [
	{
		start: /^version https:\/\/git-lfs\.github\.com\//,
		message: "this is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder",
	},
	{
		start: /^(\u00ef\u00bb\u00bf)?\s*<(!doctype|!--|\?xml|html|head|body)/i,
		message:
			"this is a web page, not the file itself: download it again (on the Hugging Face Hub from an address with /resolve/, not /blob/)",
	},
	{
		start: /^PK[^ -~]{2}/,
		message: "this is a zip archive, as PyTorch writes them, not the file itself: save the model as safetensors",
	},
]

/** How much of a file `foreignContent` looks at. */
export const foreignStart = 256

/**
 * What a file is that was put where a model's own should be, in words for its user; undefined where that cannot be told.
 *
 * @param bytes - the first ones of the file: `foreignStart` are enough
 */
export function foreignContent(bytes: Uint8Array): string | undefined {
	const start = String.fromCharCode(...bytes.subarray(0, foreignStart))
	return contents.find((content) => content.start.test(start))?.message
}
