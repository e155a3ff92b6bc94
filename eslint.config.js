import js from "@eslint/js";
import globals from "globals";

const strictness = {
  "no-console": "error",
  "prefer-const": "error",
  "no-var": "error",
  "no-alert": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-unused-private-class-members": "error",
  "object-shorthand": "error",
  "prefer-template": "error",
  eqeqeq: ["error", "always", { null: "ignore" }],
  curly: ["error", "multi-line"],
  complexity: ["error", 10],
  "max-params": ["error", 6],
  "max-lines": ["error", 300],
  "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
  // Markup is built as nodes: what a model or a document wrote must never be parsed as HTML.
  "no-restricted-properties": [
    "error",
    { property: "innerHTML", message: "Build nodes, or clone a <template>." },
    { property: "outerHTML", message: "Build nodes, or clone a <template>." },
    { property: "insertAdjacentHTML", message: "Build nodes, or clone a <template>." },
    { object: "document", property: "write" },
  ],
};

export default [
  { ignores: ["node_modules/", "var/", ".venv/", "htmlcov/", "staticfiles/"] },
  js.configs.recommended,
  {
    files: ["static/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules: strictness,
  },
  {
    files: ["tests/js/**/*.js", "*.config.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.node },
    rules: { "prefer-const": "error", "no-var": "error", eqeqeq: "error" },
  },
];
