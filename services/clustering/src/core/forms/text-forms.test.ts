import { describe, expect, it } from "vitest";
import { createSignals } from "../quality/signals.js";
import { formTitle } from "./form-title.js";
import { formOf, type TextForm, textForms } from "./text-forms.js";

const signalsOf = createSignals(new Set("the of and to in a is that for it as".split(" ")));
const form = (text: string) => formOf(text, signalsOf(text));

const texts: [TextForm | undefined, string][] = [
  [
    "TypeScript declarations",
    `import type { Stats } from "node:fs";
/**
 * A file and what is known of it.
 */
export interface Entry {
    readonly path: string;
    stats?: Stats;
    children(depth: number): Promise<Entry[]>;
}
export declare function walk(root: string, options?: WalkOptions): AsyncIterable<Entry>;
export declare const VERSION: string;
`,
  ],
  [
    "minified JavaScript",
    `!function(e,t){"object"==typeof exports?module.exports=t():e.lib=t()}(this,function(){var r={};function n(e){if(r[e])return r[e].exports;var t=r[e]={i:e,l:!1,exports:{}};return o[e].call(t.exports,t,t.exports,n),t.l=!0,t.exports}return n.m=o,n.c=r,n.d=function(e,t,r){n.o(e,t)||Object.defineProperty(e,t,{enumerable:!0,get:r})},n(n.s=0)});`,
  ],
  [
    "minified CSS",
    `.a{color:red;margin:0}.b{padding:0 1px;border:1px solid #ddd}.c:hover{color:#0af;text-decoration:none}.d{display:flex;flex-wrap:wrap;gap:8px}.e{font:inherit;line-height:1.4}.f{width:100%;height:auto}.g{opacity:.5;cursor:wait}.h{position:absolute;top:0;left:0}`,
  ],
  [
    "CSS",
    `.heading {
  display: flex;
  gap: 8px;
}

.heading h1 {
  margin: 0;
  font-weight: 600;
}

@media print {
  .heading {
    display: block;
  }
}
`,
  ],
  [
    "package manifests",
    `{
  "name": "tides",
  "version": "1.0.3",
  "main": "index.js",
  "scripts": {
    "test": "vitest"
  },
  "dependencies": {
    "zod": "4.1.0"
  }
}
`,
  ],
  [
    "JSON",
    `{
  "harbours": [
    {
      "name": "North",
      "depth": 12.5
    },
    {
      "name": "South",
      "depth": 7
    }
  ]
}
`,
  ],
  [
    "YAML",
    `name: build
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu
    steps:
      - uses: actions/checkout
      - run: npm ci
`,
  ],
  [
    "Python code",
    `import math
from typing import Iterable


def mean(values: Iterable[float]) -> float:
    total = 0.0
    count = 0
    for value in values:
        total += value
        count += 1
    if count == 0:
        raise ValueError("empty")
    return total / count


class Circle:
    def area(self) -> float:
        return math.pi * self.radius ** 2
`,
  ],
  [
    "Go code",
    `package sort

import (
	"fmt"
)

func Bubble(values []int) []int {
	swapped := true
	for swapped {
		swapped = false
		for i := 1; i < len(values); i++ {
			if values[i-1] > values[i] {
				values[i-1], values[i] = values[i], values[i-1]
				swapped = true
			}
		}
	}
	fmt.Println(values)
	return values
}
`,
  ],
  [
    "Java code",
    `package com.example.sort;

import java.util.List;

public final class BubbleSort {
    private BubbleSort() {
    }

    public static int[] sort(int[] array) {
        for (int i = 0; i < array.length; i++) {
            swapIfNeeded(array, i);
        }
        return array;
    }

    @Override
    public String toString() {
        return "BubbleSort";
    }
}
`,
  ],
  [
    "JavaScript code",
    `const { readFile } = require("node:fs/promises");

function parse(text) {
  const lines = text.split("\\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

module.exports = async function load(path) {
  const text = await readFile(path, "utf8");
  if (text === "") return [];
  return parse(text);
};
`,
  ],
  [
    "C and C++ code",
    `#include <vector>
#include <iostream>

template <typename T>
int find(const std::vector<T> &values, const T &wanted) {
    for (size_t i = 0; i < values.size(); i++) {
        if (values[i] == wanted) return static_cast<int>(i);
    }
    return -1;
}

int main() {
    std::cout << find<int>({1, 2, 3}, 2) << std::endl;
    return 0;
}
`,
  ],
  [
    "licence texts",
    `Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to deal in it without
restriction, provided that the above copyright notice is in all copies.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING THE WARRANTIES OF MERCHANTABILITY
AND FITNESS FOR A PARTICULAR PURPOSE. IN NO EVENT SHALL THE COPYRIGHT HOLDER BE LIABLE FOR ANY CLAIM.
`,
  ],
  [
    "changelogs",
    `# Changelog

## 2.1.0 (2024-03-02)

- Reads tide tables in feet.

## 2.0.1 (2024-01-15)

- Harbours without a name are refused.

## 2.0.0 (2023-12-24)

- The depth of a harbour is in metres.
`,
  ],
  [
    "Markdown documentation",
    `# Tides

Tides reads [tide tables](https://tides.example) and says when a harbour can be entered.

## Install

\`\`\`sh
npm install tides
\`\`\`

## Use

- Give it a table.
- Ask it for a harbour.
`,
  ],
  [
    "stories",
    `Mrs. Alder put down her basket and looked at him for a long while. "You have grown," she said, "and you did not write."
He laughed, and his hands went into his pockets, where they had gone when he was a boy and she had found him out. "I wrote
twice," he answered. "My brother kept the letters." She did not believe him, and he saw it in her face; but she took his arm
and they walked up to the house, where her mother stood in the door and asked who he was. He told her his name. "Then come
in," the old woman replied, "you were always cold." He thought of the night on which he had left them, and of what he had said.`,
  ],
  [
    undefined,
    `Ada Alder (1861-1930) was a botanist who worked on mosses. Born in a village by the sea, she studied at a college that had
opened to women a year before, and published her first paper in 1884. Her collection of 4,000 sheets was given to the museum,
where it was catalogued in 1931. She was elected to the academy in 1912 and received its medal twice, in 1915 and in 1922. The
genus Aldera is named after her, and a street near the harbour was called Alder Road until it was rebuilt in 1967 for trams.`,
  ],
  [
    "dialogues",
    `User: When can I enter the harbour?
Assistant: At high water, a little after four in the afternoon.
User: And tomorrow?
Assistant: About fifty minutes later than today.
User: Thank you very much.
`,
  ],
  [
    "machine logs",
    `2024-01-02 10:00:00 INFO pump started
2024-01-02 10:00:01 WARN pressure is low
2024-01-02 10:00:05 INFO pressure is well
2024-01-02 10:01:05 INFO pump stopped
`,
  ],
  [
    "tables of numbers",
    `harbour,depth,width,year
1,12.5,300,1901
2,7.25,120,1932
3,9.75,210,1950
4,3.5,80,1988
`,
  ],
  [
    undefined,
    `The tide comes in twice a day, and every harbour master knows at which hour. In the summer the boats wait outside of the
bar until the water is deep enough, and those who live there know them by their sails.

Nobody hurries. When the last boat is in, the gate is closed, and the town goes to sleep to the sound of ropes on masts.
`,
  ],
  [undefined, "港口的潮水每天涨落两次，港务长知道每一个时刻。夏天的时候，船在沙洲外面等候，直到水足够深。"],
];

describe("the form of a text", () => {
  it.each(texts)("is %s", (expected, text) => {
    expect(form(text)).toBe(expected);
  });

  it("is known for an empty text and a single word too: it has none", () => {
    expect(form("")).toBeUndefined();
    expect(form("harbour")).toBeUndefined();
  });
});

describe("the form of a domain", () => {
  const shares = (of: Partial<Record<TextForm, number>>) => textForms.map((one) => of[one] ?? 0);

  it("is the one that most have, or the two that share nearly all, or code of many languages", () => {
    expect(formTitle(shares({ "licence texts": 0.7, JSON: 0.2 }))).toBe("licence texts");
    expect(formTitle(shares({ JSON: 0.5, "package manifests": 0.4 }))).toBe("JSON and package manifests");
    expect(formTitle(shares({ "Go code": 0.4, "Java code": 0.3 }))).toBe("Go and Java code");
    expect(formTitle(shares({ "Go code": 0.3, "Java code": 0.2, "Rust code": 0.2 }))).toBe("program code");
  });

  it("is one that more than half have, where no second is near", () => {
    expect(formTitle(shares({ "Markdown documentation": 0.57, "JavaScript code": 0.19 }))).toBe(
      "Markdown documentation",
    );
    expect(formTitle(shares({ "Markdown documentation": 0.5 }))).toBe("");
  });

  it("is none where running text prevails, or many forms are mixed", () => {
    expect(formTitle(shares({ "Markdown documentation": 0.4 }))).toBe("");
    expect(formTitle(shares({ JSON: 0.3, YAML: 0.2, XML: 0.2, "machine logs": 0.2 }))).toBe("");
  });
});
