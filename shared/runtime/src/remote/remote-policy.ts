import { BlockList, isIP } from "node:net";

/** Which endpoints document texts may be sent to. Plain data, told to each thread. */
export interface RemotePolicy {
  /** host or host:port; where some are given, no other is asked, and these wherever they lead. */
  hosts: readonly string[];
  /** Whether what leads to this machine or its platform is refused where no hosts are given. */
  guarded: boolean;
}

/** For a process that answers nobody but who started it. */
export const ANYWHERE: RemotePolicy = { hosts: [], guarded: false };

const near = new BlockList();
// This machine, what is on its link (with the metadata services of AWS, Google and Azure), and "no address".
for (const [net, bits] of [
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["0.0.0.0", 8],
] as const)
  near.addSubnet(net, bits);
near.addSubnet("fe80::", 10, "ipv6");
for (const address of ["::1", "::"]) near.addAddress(address, "ipv6");
// Metadata services outside of the link: AWS over IPv6, Alibaba, Oracle.
near.addAddress("fd00:ec2::254", "ipv6");
for (const address of ["100.100.100.200", "192.0.0.192"]) near.addAddress(address);

/** Whether an IP address leads to this machine, its link, or a metadata service; IPv4 in IPv6 counts as IPv4. */
export function isNear(address: string): boolean {
  const version = isIP(address);
  return version === 0 || near.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** What is wrong with asking an endpoint, as far as its address tells; undefined: nothing. */
export function faultOfHost(address: string, { hosts, guarded }: RemotePolicy): string | undefined {
  const { hostname, host } = new URL(address);
  if (hosts.length > 0) {
    if (hosts.includes(host) || hosts.includes(hostname)) return undefined;
    return `${host} is not one of the hosts of CLIMB_EMBEDDER_HOSTS; expected ${hosts.join(" or ")}`;
  }
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (guarded && (hostname === "localhost" || (isIP(literal) !== 0 && isNear(literal)))) return nearFault(host);
  return undefined;
}

/** What is said of a host that leads here. */
export function nearFault(host: string): string {
  return `${host} leads to this machine or its platform; expected another host, or that host in CLIMB_EMBEDDER_HOSTS`;
}
