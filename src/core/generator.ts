/** The version of this release, as package.json has it: a test holds the two together. */
export const version = '0.1.0'

/** What documents and manifests name as their writer. */
export const generator = `octavo ${version}`
