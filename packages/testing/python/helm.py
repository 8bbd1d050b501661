"""Lints and renders a chart with Helm's own library: the program of packages/testing/src/python/helm.ts."""

import json
import sys

import helm_python as helm

# Severities of a finding: 0 unknown, 1 information, 2 warning, 3 error.
WARNING = 2


def made_of(chart: str, values: dict) -> dict:
    report = helm.lint(chart, values=values, strict=True)
    messages = [f"{one['path']}: {one['error']}" for one in report["messages"] or [] if one["severity"] >= WARNING]
    lint = messages or report["errors"] or []
    with helm.Chart.load(chart) as loaded:
        try:
            loaded.validate_schema(values)
            return {"lint": lint, "manifests": loaded.render(values, name="steward", namespace="production")}
        except helm.HelmError as error:
            return {"lint": lint, "refused": str(error)}


asked = json.load(sys.stdin)
print(json.dumps([made_of(asked["chart"], values) for values in asked["renders"]]))
