export {
	always,
	commit,
	etag,
	gitHash,
	HubServer,
	hubServer,
	type Intercept,
	refuse,
	type SeenRequest,
	sendCut,
	sha256,
	someBytes,
	token,
} from "./hub-server.ts"
export { temporaryFolder } from "./temporary-folder.ts"
