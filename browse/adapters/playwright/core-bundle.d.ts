/** The parts of playwright-core's own bundles that we use: to install a browser, to name the kind of a file. Not typed by the package. */
declare module 'playwright-core/lib/coreBundle' {
  type Executable = {
    readonly title?: string;
    readonly browserVersion?: string;
    /** Where the archive is unpacked to; undefined on platforms without a build. */
    readonly directory?: string;
    readonly downloadURLs?: readonly string[];
    executablePath(): string | undefined;
  };
  export const registry: {
    readonly registry: { findExecutable(name: string): Executable | undefined };
    browserDirectoryToMarkerFilePath(directory: string): string;
  };
  export const utils: {
    extractZip(path: string, options: { dir: string }): Promise<void>;
    removeFolders(paths: readonly string[]): Promise<unknown>;
  };
}

declare module 'playwright-core/lib/utilsBundle' {
  /** The media type of a file by its name; null for one it does not know. */
  export const mime: { getType(name: string): string | null };
}
