import { once } from "node:events"
import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join, normalize } from "node:path"
import { pipeline } from "node:stream/promises"

const types: Readonly<Record<string, string>> = {
	".html": "text/html",
	".js": "text/javascript",
	".json": "application/json",
	".mjs": "text/javascript",
	".wasm": "application/wasm",
}

/**
 * Serves the files of folders, each under its name, to this machine only.
 *
 * @param folders - path by name: `/name/file` is `file` of that folder
 */
export async function serve(
	folders: Readonly<Record<string, string>>,
): Promise<{ readonly origin: string; close(): void }> {
	const server = createServer(async ({ url = "/" }, response) => {
		const [, name = "", path = ""] = /^\/([^/]*)\/(.*)$/.exec(normalize(decodeURI(url))) ?? []
		const file = Object.hasOwn(folders, name) ? join(folders[name]!, path) : ""
		const size = await stat(file).then(
			(found) => (found.isFile() ? found.size : undefined),
			() => undefined,
		)
		if (size === undefined) return void response.writeHead(404).end()
		const type = types[extname(file)] ?? "application/octet-stream"
		response.writeHead(200, { "content-type": type, "content-length": size })
		await pipeline(createReadStream(file), response).catch(() => response.destroy())
	})
	server.listen(0, "127.0.0.1")
	await once(server, "listening")
	const { port } = server.address() as AddressInfo
	return {
		origin: `http://127.0.0.1:${port}`,
		close() {
			server.closeAllConnections()
			server.close()
		},
	}
}
