import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR_MS = 3600_000;
const crypto = webcrypto;
cryptoProvider.set(crypto);

/** A CA of a test. */
export interface TestCa {
  pem: string;
  /** A certificate with its key for a name, which is good for localhost and 127.0.0.1 too. */
  issue(name: string): Promise<{ cert: string; key: string }>;
  /** Writes `ca.pem`, `<name>.pem` and `<name>.key` into a folder, over those that are there. */
  write(folder: string, name: string): Promise<{ ca: string; cert: string; key: string }>;
}

/** Makes a CA that nobody knows. */
export async function createTestCa(name = "climb test CA"): Promise<TestCa> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = (subject: string) => issueBy(root, keys.privateKey, subject);
  const pem = root.toString("pem");
  return {
    pem,
    issue,
    async write(folder, subject) {
      const { cert, key } = await issue(subject);
      const paths = {
        ca: join(folder, "ca.pem"),
        cert: join(folder, `${subject}.pem`),
        key: join(folder, `${subject}.key`),
      };
      await writeFile(paths.ca, pem);
      await writeFile(paths.key, key);
      await writeFile(paths.cert, cert);
      return paths;
    },
  };
}

async function issueBy(root: X509Certificate, signingKey: webcrypto.CryptoKey, subject: string) {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${subject}`,
    issuer: root.subject,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: "dns", value: subject },
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: certificate.toString("pem"), key };
}

function validity() {
  return { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) };
}
