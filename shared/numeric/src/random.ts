/** A seeded source of randomness. Equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  float(): number;
  /** Uniform integer in [0, n). @throws RangeError if n is not a positive integer up to 2^32. */
  int(n: number): number;
  /** Standard normal deviate. */
  normal(): number;
  /** Gamma deviate of the given shape (> 0) and scale 1. */
  gamma(shape: number): number;
  /** A point of the simplex from Dirichlet(alpha); entries with alpha 0 are exactly 0. */
  dirichlet(alpha: ArrayLike<number>): Float64Array;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
  /** An independent stream named by `label`; the parent's position does not matter. */
  child(...label: (string | number)[]): Random;
}

/** 32-bit hash of the parts (FNV-1a with a final avalanche), for seeds; not for security. */
export function hashSeed(...parts: (string | number)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = typeof part === "number" ? `#${part}` : part;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    // A separator outside the characters of a part: ("ab","c") and ("a","bc") must differ.
    h = Math.imul(h ^ 0x1ffff, 0x01000193);
  }
  return avalanche(h);
}

/**
 * xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32 from the seed.
 * Every float it returns is made of integer arithmetic, so it is the same on every machine;
 * `normal` and `gamma` use Math.log and Math.cos, which agree between builds of one V8 version.
 */
export function seeded(seed: number | string): Random {
  const root = hashSeed(seed);
  let next = root;
  const word = () => {
    next = (next + 0x9e3779b9) | 0;
    return avalanche(next);
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  let spare: number | undefined;

  const random: Random = {
    uint32() {
      const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotateLeft(d, 11);
      return result;
    },
    float() {
      const high = random.uint32() >>> 5;
      const low = random.uint32() >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    },
    int(n) {
      if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
        throw new RangeError(`int(n) needs an integer n from 1 to 2^32, got ${n}`);
      }
      // Rejection keeps the distribution exactly uniform.
      const limit = 4294967296 - (4294967296 % n);
      let value = random.uint32();
      while (value >= limit) value = random.uint32();
      return value % n;
    },
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
      const angle = 2 * Math.PI * random.float();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    gamma(shape) {
      if (!(shape > 0)) throw new RangeError(`gamma(shape) needs shape > 0, got ${shape}`);
      // Marsaglia and Tsang (2000); for shape < 1 their boosting step.
      if (shape < 1) return random.gamma(shape + 1) * (1 - random.float()) ** (1 / shape);
      const offset = shape - 1 / 3;
      const scale = 1 / Math.sqrt(9 * offset);
      for (;;) {
        const x = random.normal();
        const v = (1 + scale * x) ** 3;
        if (v <= 0) continue;
        if (Math.log(1 - random.float()) < 0.5 * x * x + offset * (1 - v + Math.log(v))) {
          return offset * v;
        }
      }
    },
    dirichlet(alpha) {
      const point = Float64Array.from(alpha, (a) => (a > 0 ? random.gamma(a) : 0));
      let sum = point.reduce((total, value) => total + value, 0);
      if (!(sum > 0)) {
        // All gammas underflowed (tiny alphas): the limit of the distribution is one corner.
        const total = Array.prototype.reduce.call(alpha, (t, a) => Number(t) + Number(a), 0) as number;
        if (!(total > 0)) throw new RangeError("dirichlet needs at least one alpha > 0");
        let rest = random.float() * total;
        let corner = 0;
        for (let i = 0; i < alpha.length; i++) {
          if ((alpha[i] as number) > 0) corner = i;
          rest -= alpha[i] as number;
          if (rest < 0) break;
        }
        point[corner] = 1;
        sum = 1;
      }
      return point.map((value) => value / sum);
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = random.int(i + 1);
        [values[i], values[j]] = [values[j], values[i]];
      }
      return values;
    },
    child: (...label) => seeded(`${root}/${label.map((part) => `${typeof part}:${part}`).join("/")}`),
  };
  return random;
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function avalanche(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
