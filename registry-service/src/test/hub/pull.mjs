// Downloads a repository with the Hub's own JavaScript client into a cache directory, and says what was asked for.
import { fileDownloadInfo, listFiles, modelInfo, snapshotDownload, whoAmI } from "@huggingface/hub";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";

const [hubUrl, name, cacheDir, revision] = process.argv.slice(2);
const accessToken = process.env.HF_TOKEN;
const repo = { type: "model", name };
const fetched = [];
const counting = (url, options) => {
  if (String(url).includes("/resolve/")) fetched.push(new URL(url).pathname);
  return fetch(url, options);
};
const common = { hubUrl, accessToken, fetch: counting };

async function hashes(directory) {
  const found = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    found[relative(directory, file)] = createHash("sha256").update(await readFile(file)).digest("hex");
  }
  return found;
}

try {
  console.debug = () => {};
  const me = await whoAmI({ hubUrl, accessToken });
  const info = await modelInfo({ name, hubUrl, accessToken, revision, additionalFields: ["sha"] });
  const listed = [];
  for await (const entry of listFiles({ ...common, repo, recursive: true, revision })) listed.push(entry.path);
  const snapshot = await snapshotDownload({ ...common, repo, cacheDir, revision });
  const downloads = fetched.length;
  const head = await fileDownloadInfo({ ...common, repo, path: listed[0], revision });
  console.log(JSON.stringify({ me: me.name, sha: info.sha, listed, downloads, files: await hashes(snapshot), etag: head.etag, size: head.size }));
} catch (error) {
  console.log(JSON.stringify({ status: error.statusCode ?? 0, message: String(error.message) }));
  process.exitCode = 1;
}
