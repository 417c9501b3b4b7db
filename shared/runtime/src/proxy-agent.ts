import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

/** The proxy by which the world outside is reached at an address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), if there is one. */
export function proxyOf(url: string): string | undefined {
  return getProxyForUrl(url) || undefined;
}

/**
 * An agent that asks for each request whether it goes through a proxy of the environment; undefined where there is none at
 * all, and Node's own way is the best. For buckets and models outside alone: peers of one suite reach each other directly.
 */
export function environmentAgent(env = process.env): Agent | undefined {
  const names = ["http_proxy", "https_proxy", "all_proxy"];
  return names.some((name) => env[name] || env[name.toUpperCase()]) ? new EnvironmentAgent() : undefined;
}

class EnvironmentAgent extends Agent {
  private readonly agents = new Map<string, HttpAgent | HttpsAgent>();

  override async connect(_request: unknown, { secureEndpoint, host, port }: AgentConnectOpts) {
    const proxy = proxyOf(`${secureEndpoint ? "https" : "http"}://${host}:${port}`);
    const key = `${secureEndpoint} ${proxy ?? ""}`;
    const agent = this.agents.get(key) ?? newAgent(secureEndpoint, proxy);
    this.agents.set(key, agent);
    return agent;
  }
}

function newAgent(isSecure: boolean, proxy: string | undefined): HttpAgent | HttpsAgent {
  const options = { keepAlive: true };
  if (proxy) return isSecure ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
  return isSecure ? new HttpsAgent(options) : new HttpAgent(options);
}
