/**
 * The character that stands for each byte in byte-level vocabularies: visible Latin-1 characters for themselves, the
 * others in turn by the characters from U+0100 on, so that no token has white space or control characters in it.
 *
 * Source: bytes_to_unicode of GPT-2's encoder.py.
 */
export const byteCharacters: readonly string[] = charactersOfBytes()

function charactersOfBytes(): string[] {
	let next = 0x100
	return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++))
}

function isVisible(byte: number): boolean {
	return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
}
