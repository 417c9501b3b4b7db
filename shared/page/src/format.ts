/** A value with its 90 % interval. */
export interface Interval {
  mean: number;
  lower: number;
  upper: number;
}

type Maybe = number | null | undefined;

/** Whether there is a number: JSON has null for what is none. */
export function isNumber(value: Maybe): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Bits per byte, to four places. */
export function bits(value: Maybe): string {
  return isNumber(value) ? value.toFixed(4).replace("-", "−") : "–";
}

/** A change of bits per byte, with its sign. */
export function change(value: Maybe): string {
  return isNumber(value) && value > 0 ? `+${bits(value)}` : bits(value);
}

/** An estimate with its 90 % interval. */
export function interval(value: Interval | undefined, of: (value: number) => string = bits): string {
  return value ? `${of(value.mean)} [${of(value.lower)}, ${of(value.upper)}]` : "–";
}

/** A share as people read it, for example "12.5 %". */
export function percent(share: Maybe): string {
  return isNumber(share) ? `${(100 * share).toFixed(1)} %` : "–";
}

/** A probability for people; never "100 %", because nothing measured a few times is certain. */
export function probability(value: Maybe): string {
  if (!isNumber(value)) return "–";
  if (value > 0.999) return "> 99.9 %";
  return value < 0.001 ? "< 0.1 %" : percent(value);
}

/** A count, with separators. */
export function count(value: Maybe): string {
  return isNumber(value) ? Math.round(value).toLocaleString("en-US") : "–";
}

const UNITS = ["", " k", " M", " G", " T", " P"];

/** A large number in three digits, for example "12.3 M". */
export function short(value: Maybe): string {
  if (!isNumber(value)) return "–";
  let [scaled, unit] = [value, 0];
  while (Math.abs(scaled) >= 999.5 && unit < UNITS.length - 1) [scaled, unit] = [scaled / 1000, unit + 1];
  return `${Number(scaled.toPrecision(3))}${UNITS[unit]}`;
}

/** A length of time for people, for example "3 h 12 min". @param value in seconds */
export function duration(value: Maybe): string {
  if (!isNumber(value)) return "–";
  if (value < 60) return `${Number(value.toPrecision(value < 10 ? 2 : 3))} s`;
  const minutes = Math.round(value / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A time as the reader's clock has it, to the minute. @param iso ISO 8601 */
export function moment(iso: string | undefined): string {
  if (!iso) return "–";
  const options = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(iso));
}

/** A ratio or a measure in four digits. */
export function digits(value: Maybe): string {
  return isNumber(value) ? String(Number(value.toPrecision(3))).replace("-", "−") : "–";
}
