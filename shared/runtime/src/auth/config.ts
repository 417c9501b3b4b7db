import { z } from "zod";

const url = z.string().regex(/^https?:\/\//, "expected an https:// address");
const listOf = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** The variables that say who may call; with none of the first four nobody is asked. */
export const authVariables = {
  CLIMB_AUTH_TOKENS: z
    .string()
    .optional()
    .describe("file of tokens that callers show: lines of <SHA-256 of the token> <name> <project or *> <role>"),
  CLIMB_AUTH_ISSUER: url.optional().describe("who issues the JWTs that callers show (OIDC); its iss, exactly"),
  CLIMB_AUTH_POLICY: z
    .string()
    .optional()
    .describe("file of who somebody is: lines of <cert:NAME or jwt:SUBJECT> <project or *> <role>"),
  CLIMB_AUTH_AUDIENCE: z.string().optional().describe("the aud that JWTs must have; needed with CLIMB_AUTH_ISSUER"),
  CLIMB_AUTH_JWKS: url.optional().describe("where the issuer's keys are; asked of the issuer, unless given"),
  CLIMB_AUTH_ALGORITHMS: z
    .string()
    .default("RS256,PS256,ES256,ES384,EdDSA")
    .transform(listOf)
    .refine((names) => names.length > 0 && names.every((name) => /^(RS|PS|ES)\d{3}$|^EdDSA$/.test(name)), {
      message: "expected algorithms with a public key, for example RS256,ES256",
    })
    .describe("signatures that JWTs may have"),
  CLIMB_AUTH_SKEW_SECONDS: z.coerce.number().min(0).max(600).default(30).describe("how far clocks may be apart"),
  CLIMB_AUTH_PROJECT_CLAIM: z.string().default("climb_project").describe("the claim of a JWT that names its project"),
  CLIMB_AUTH_ROLE_CLAIM: z.string().default("climb_role").describe("the claim of a JWT that names its role"),
  CLIMB_REFLECTION: z
    .enum(["auto", "open", "closed"])
    .default("auto")
    .describe("whether anybody may ask for the contracts; auto closes it where callers are asked who they are"),
  CLIMB_TOKEN_FILE: z
    .string()
    .optional()
    .describe("file with the token that this process shows to the other services, read again as it changes"),
};

/** What {@link authVariables} gives. */
export type AuthConfig = z.infer<z.ZodObject<typeof authVariables>>;

/** Whether callers are asked who they are. */
export function asksWho({
  CLIMB_AUTH_TOKENS: tokens,
  CLIMB_AUTH_ISSUER: issuer,
  CLIMB_AUTH_POLICY: policy,
}: Partial<AuthConfig>): boolean {
  return Boolean(tokens || issuer || policy);
}

/** Whether reflection is open; undefined: where nobody is asked who it is. */
export function reflectionOf({ CLIMB_REFLECTION: said }: Partial<AuthConfig>): boolean | undefined {
  return said === "open" ? true : said === "closed" ? false : undefined;
}
